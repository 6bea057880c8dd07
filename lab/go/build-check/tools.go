//go:build tools

// Package tools names the commands by which a fleet is built before it is published, so that go.mod pins them. They are not
// in the module of Kubernetes, whose commands would all be built again when one of these changes.
package tools

import (
	_ "helm.sh/helm/v4/cmd/helm"
	_ "sigs.k8s.io/kustomize/kustomize/v5"
)
