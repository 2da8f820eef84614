package sweep_test

import (
	"os"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

// What a scenario asks of its server in vain is told with the option that a sweep takes for it.
func TestServerLacks(t *testing.T) {
	asks := map[string]struct {
		ask  func(srv *imaptest.Server)
		opts []sweep.Option
		want string
	}{
		"address":             {func(srv *imaptest.Server) { srv.Addr() }, nil, "sweep.RealTime"},
		"port of TLS":         {func(srv *imaptest.Server) { srv.TLSAddr() }, nil, "sweep.RealTime"},
		"SMTP":                {func(srv *imaptest.Server) { srv.SMTP() }, nil, "sweep.Server(imaptest.WithSMTP())"},
		"address of SMTP":     {func(srv *imaptest.Server) { srv.SMTPAddr() }, []sweep.Option{sweep.Server(imaptest.WithSMTP())}, "sweep.RealTime"},
		"address of the sink": {func(srv *imaptest.Server) { srv.SMTP().Addr() }, []sweep.Option{sweep.Server(imaptest.WithSMTP())}, "sweep.RealTime"},
	}
	if os.Getenv("SWEEP_FINDINGS") != "" {
		for name, test := range asks {
			t.Run(name, func(t *testing.T) {
				sweep.Run(t, func(_ testing.TB, srv *imaptest.Server) string { test.ask(srv); return "" }, test.opts...)
			})
		}
		return
	}
	for name, test := range asks {
		t.Run(name, func(t *testing.T) {
			out := child(t, "-test.run=^TestServerLacks$/^"+strings.ReplaceAll(name, " ", "_")+"$")
			if !strings.Contains(out, "FAIL") || !strings.Contains(out, test.want) {
				t.Errorf("got %s\nwant %s", out, test.want)
			}
		})
	}
}
