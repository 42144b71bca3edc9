{{- /* SPDX-License-Identifier: GPL-3.0-or-later */ -}}
{{- /* Names, labels and selectors are those of the chart that users have: helm upgrade goes from one to the other. */ -}}
{{- define "patronus-operator.name" -}}
{{ .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "patronus-operator.fullname" -}}
{{- $name := include "patronus-operator.name" . -}}
{{- $both := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{ .Values.fullnameOverride | default $both | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "patronus-operator.selector" -}}
app.kubernetes.io/name: {{ include "patronus-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "patronus-operator.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "patronus-operator.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- /* Another name: the Deployment's selector must not take the backup's pods for its own. */ -}}
{{- define "patronus-operator.backupLabels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
app.kubernetes.io/name: {{ include "patronus-operator.name" . }}-backup
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "patronus-operator.metadata" -}}
name: {{ include "patronus-operator.fullname" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "patronus-operator.labels" . | nindent 2 }}
{{- end }}

{{- define "patronus-operator.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary (include "patronus-operator.fullname" .) "default") }}
{{- end }}

{{- define "patronus-operator.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- /* Whether the ServiceMonitor that was asked for can be made. */ -}}
{{- define "patronus-operator.hasServiceMonitors" -}}
{{- if .Capabilities.APIVersions.Has "monitoring.coreos.com/v1/ServiceMonitor" }}yes{{ end }}
{{- end }}

{{- define "patronus-operator.hasPrometheusRules" -}}
{{- if .Capabilities.APIVersions.Has "monitoring.coreos.com/v1/PrometheusRule" }}yes{{ end }}
{{- end }}

{{- define "patronus-operator.hasAdmissionPolicies" -}}
{{- if .Capabilities.APIVersions.Has "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy" }}yes{{ end }}
{{- end }}

{{- /* The port of patronus.apiUrl. */ -}}
{{- define "patronus-operator.apiPort" -}}
{{- $url := urlParse .Values.patronus.apiUrl -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{ .Values.networkPolicy.patronusApi.port | default ($port | default (eq $url.scheme "https" | ternary "443" "80")) }}
{{- end }}

{{- define "patronus-operator.environment" -}}
- {name: PATRONUS_API_URL, value: {{ .Values.patronus.apiUrl | quote }}}
{{- if .Values.patronus.credentials.existingSecret }}
{{- if eq .Values.patronus.credentials.kind "token" }}
- {name: PATRONUS_API_TOKEN_FILE, value: /etc/patronus/credentials/token}
{{- else }}
- {name: PATRONUS_API_USERNAME_FILE, value: /etc/patronus/credentials/username}
- {name: PATRONUS_API_PASSWORD_FILE, value: /etc/patronus/credentials/password}
{{- end }}
{{- end }}
{{- if .Values.patronus.caBundle }}
- {name: PATRONUS_API_CA_FILE, value: /etc/patronus/ca/ca.crt}
{{- end }}
- {name: WATCH_NAMESPACES, value: {{ .Values.watchNamespaces | join "," | quote }}}
- {name: RECONCILE_SUCCESS_INTERVAL, value: {{ .Values.reconcile.successInterval | quote }}}
- {name: RECONCILE_ERROR_INTERVAL, value: {{ .Values.reconcile.errorInterval | quote }}}
- {name: RECONCILE_CONCURRENCY, value: {{ .Values.reconcile.concurrency | quote }}}
- {name: RUST_LOG, value: {{ .Values.logging.level | quote }}}
- {name: LOG_FORMAT, value: {{ .Values.logging.format | quote }}}
- {name: METRICS_PORT, value: {{ .Values.metrics.port | quote }}}
- {name: HEALTH_PORT, value: {{ .Values.health.port | quote }}}
- {name: LEADER_ELECTION_ENABLED, value: {{ .Values.leaderElection.enabled | quote }}}
- {name: LEADER_ELECTION_LEASE_DURATION, value: {{ .Values.leaderElection.leaseDuration | quote }}}
- {name: LEADER_ELECTION_RENEW_DEADLINE, value: {{ .Values.leaderElection.renewDeadline | quote }}}
- {name: LEADER_ELECTION_RETRY_PERIOD, value: {{ .Values.leaderElection.retryPeriod | quote }}}
- {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
- {name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* What all pods have in common; of a dict with "context" and "serviceAccount". */ -}}
{{- define "patronus-operator.podOf" -}}
{{- $values := .context.Values -}}
serviceAccountName: {{ .serviceAccount }}
# A Service "metrics" would otherwise set METRICS_PORT to its address.
enableServiceLinks: false
{{- with $values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml $values.podSecurityContext | nindent 2 }}
{{- with $values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* What the Deployment's pods and the test's pod have in common. */ -}}
{{- define "patronus-operator.pod" -}}
{{ include "patronus-operator.podOf" (dict "context" . "serviceAccount" (include "patronus-operator.serviceAccount" .)) }}
{{- if or .Values.patronus.credentials.existingSecret .Values.patronus.caBundle }}
volumes:
  {{- with .Values.patronus.credentials.existingSecret }}
  - {name: credentials, secret: {secretName: {{ . | quote }}, defaultMode: 0440}}
  {{- end }}
  {{- if .Values.patronus.caBundle }}
  - {name: ca, configMap: {name: {{ include "patronus-operator.fullname" . }}-ca}}
  {{- end }}
{{- end }}
{{- end }}

{{- define "patronus-operator.mounts" -}}
{{- if or .Values.patronus.credentials.existingSecret .Values.patronus.caBundle }}
volumeMounts:
  {{- if .Values.patronus.credentials.existingSecret }}
  - {name: credentials, mountPath: /etc/patronus/credentials, readOnly: true}
  {{- end }}
  {{- if .Values.patronus.caBundle }}
  - {name: ca, mountPath: /etc/patronus/ca, readOnly: true}
  {{- end }}
{{- end }}
{{- end }}
