module lab/flux

go 1.26.2

require github.com/fluxcd/flux2/v2 v2.9.4
