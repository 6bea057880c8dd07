//go:build tools

// Package tools names Flux's command, so that go.mod pins it. It is built in a copy of its own module, whose go.mod pins the
// rest.
package tools

import _ "github.com/fluxcd/flux2/v2/cmd/flux"
