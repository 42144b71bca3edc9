// SPDX-License-Identifier: GPL-3.0-or-later

//go:build tools

// Package kubescore pins the linter of the chart.
package kubescore

import _ "github.com/zegl/kube-score/cmd/kube-score"
