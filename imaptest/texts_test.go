package imaptest_test

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/go-mailtest/mailtest/imaptest"
)

// RFC 3501, section 9: text is 1*TEXT-CHAR, which has seven bits; RFC 9051 and RFC
// 9755, section 3, allow UTF-8 once it is enabled. That goes for what the test has the
// server say too, whatever kind of response says it.
func TestTextsHaveSevenBits(t *testing.T) {
	const text, encoded = "Tschüss", "Tsch&APw-ss"
	says := map[string]func(srv *imaptest.Server){
		"No":       func(srv *imaptest.Server) { srv.On("NOOP").No(text) },
		"Bad":      func(srv *imaptest.Server) { srv.On("NOOP").Bad(text) },
		"Bye":      func(srv *imaptest.Server) { srv.On("NOOP").Bye(text) },
		"Before":   func(srv *imaptest.Server) { srv.On("NOOP").Before(func(*imaptest.Command) { srv.Shutdown(text) }) },
		"Shutdown": func(srv *imaptest.Server) { srv.Shutdown(text) },
	}
	for name, say := range says {
		for enable, want := range map[string]string{"NOOP": encoded, "ENABLE UTF8=ACCEPT": text, "ENABLE IMAP4rev2": text} {
			t.Run(name+"/"+enable, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					srv := imaptest.Start(t, imaptest.InMemory())
					nc, err := srv.Dial(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					var got strings.Builder
					ended := make(chan struct{})
					go func() {
						defer close(ended)
						io.Copy(&got, nc)
					}()
					io.WriteString(nc, "a LOGIN user password\r\nb "+enable+"\r\n")
					synctest.Wait()
					say(srv)
					io.WriteString(nc, "c NOOP\r\n")
					synctest.Wait()
					nc.Close()
					<-ended
					if !strings.Contains(got.String(), want) || strings.Contains(got.String(), text) != (want == text) {
						t.Errorf("want %q in\n%s", want, &got)
					}
				})
			})
		}
	}
}
