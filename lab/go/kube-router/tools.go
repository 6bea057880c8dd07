//go:build tools

// Package tools names the command that the lab builds, so that go.mod pins it.
package tools

import _ "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router"
