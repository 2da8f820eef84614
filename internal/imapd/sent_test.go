package imapd_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/dialogue"
	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/memnet"
	"github.com/go-mailtest/mailtest/internal/serve"
	"github.com/go-mailtest/mailtest/internal/store"
)

// sentRecorder keeps what was sent in the end.
type sentRecorder struct{ pieces, settled []string }

func (r *sentRecorder) Client([]byte)              {}
func (r *sentRecorder) Sending(text []byte, _ int) { r.pieces = append(r.pieces, string(text)) }
func (r *sentRecorder) Show(text []byte)           { r.pieces[len(r.pieces)-1] = string(text) }
func (r *sentRecorder) Log()                       {}

func (r *sentRecorder) Sent() {
	r.settled, r.pieces = append(r.settled, r.pieces[0]), r.pieces[1:]
}

func (r *sentRecorder) Unsent(text []byte) {
	r.pieces[0] = string(text)
	r.Sent()
}

// A write that fails in the middle is recorded up to there, wherever that is, and an
// answer of which the end is missing is none.
func TestHalfAWrite(t *testing.T) {
	const whole = 100_000
	for left := 0; ; left++ {
		taken, recorded, answered := converseHalf(t, left)
		if squeeze(recorded) != squeeze(taken) {
			t.Fatalf("after %d bytes: recorded\n%s\nsent\n%s", left, recorded, taken)
		}
		for _, tag := range []string{"l", "s", "f", "n"} {
			if got, want := answered[tag], strings.Contains(taken, "\r\n"+tag+" OK") && strings.Contains(strings.SplitN(taken, "\r\n"+tag+" OK", 2)[1], "\r\n"); got != want {
				t.Fatalf("after %d bytes: %s answered is %v, want %v in\n%s", left, tag, got, want, taken)
			}
		}
		if len(taken) < left {
			return // all of it fits
		}
		if left > whole {
			t.Fatal("no end")
		}
	}
}

// squeeze leaves out line breaks, which are recorded in another form.
func squeeze(s string) string { return strings.NewReplacer("\r", "", "\n", "", "\t", "").Replace(s) }

// converseHalf holds a short dialogue of pipelined commands over a connection that
// takes so many bytes.
func converseHalf(t *testing.T, left int) (taken, recorded string, answered map[string]bool) {
	mail := store.New()
	user, err := mail.AddUser("user", "password")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := user.Inbox().Append([]byte("Subject: x\r\n\r\nhello\r\n")); err != nil {
		t.Fatal(err)
	}
	rec := &sentRecorder{}
	answered = make(map[string]bool)
	srv, err := imapd.NewServer(imapd.Config{Store: mail, Hooks: imapd.Hooks{
		Open:  func(int) serve.Recorder { return rec },
		After: func(cmd *imapd.Command) { answered[cmd.Tag] = cmd.Result != "" && !cmd.Lost },
	}})
	if err != nil {
		t.Fatal(err)
	}
	client, server := memnet.Pipe()
	half := &dialogue.Half{Conn: server, Left: left}
	fmt.Fprint(client, "l LOGIN user password\r\ns SELECT INBOX\r\nf FETCH 1 (BODY[] UID)\r\nn NOOP\r\n")
	client.(interface{ CloseWrite() error }).CloseWrite()
	srv.Serve(half)
	io.Copy(io.Discard, client)
	return half.Taken.String(), strings.Join(rec.settled, ""), answered
}
