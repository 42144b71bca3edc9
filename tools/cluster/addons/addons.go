// SPDX-License-Identifier: GPL-3.0-or-later

//go:build tools

// Package addons pins what runs beside Kubernetes or looks at a chart. A module of its own: Kubernetes' own pins others.
package addons

import (
	_ "github.com/zegl/kube-score/cmd/kube-score"
	_ "sigs.k8s.io/metrics-server/cmd/metrics-server"
)
