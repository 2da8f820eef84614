// Package sweep runs a scenario again for every interruption at every point of the
// protocol, and says what comes of it: mail that is lost or doubled, code that waits for
// ever.
//
//	func TestSync(t *testing.T) {
//		sweep.Run(t, func(t testing.TB, srv *imaptest.Server) string {
//			s := newSyncer(srv.Dial)                     // the code under test
//			sweep.Retry(t, 3, func() error { return s.Sync(t.Context()) })
//			sweep.Calm(t)                                // nothing is disturbed from here on
//			sweep.Retry(t, 3, func() error { return s.Sync(t.Context()) })
//			return s.Copy.String()                       // what it has on its own side
//		}, sweep.Server(imaptest.WithMail(os.DirFS("testdata/mail"))))
//	}
//
// [Run] runs the scenario as it is, and sees at which points it talks: each command by name
// and count, its literals, its answer with its lines, what IDLE pushes, each connection, each
// TLS handshake, and the steps of SMTP where the server has WithSMTP. Then it runs it again
// for every disturbance that fits a point ([Disturbances]), of these groups:
//
//   - [Breaks]: the connection ends before the command has run, or when it has and before the
//     answer, or within the answer; the server restarts, and refuses for a while.
//   - [Answers]: NO with the codes that fit, BAD, BYE, a token that expires.
//   - [Slow]: an answer that comes late, in pieces, or never.
//   - [Odd]: answers that are legal and seldom seen, or that lack a line or an item, as those of
//     servers in the field do; a capability that is not told.
//   - [Rivals]: another client that, at that very point, delivers a message, sets or clears
//     flags, is first with what the client is about to do, or undoes what it did, expunges or
//     moves the message in question, renames the mailbox, gives it a new UIDVALIDITY.
//   - [Kills]: the program is killed, and started again, where the scenario says by [Program]
//     what it is and what persists.
//
// Each run has a server of its own in a testing/synctest bubble, where time is virtual: an
// hour's back-off takes nothing, and thousands of runs take a second.
//
// In every run must hold ([Check]): nothing is lost, nothing is doubled, the mail ends as
// undisturbed, the scenario returns what it returned undisturbed, its own assertions hold,
// and it comes to its end. What does not hold is said once, by its kind, with the earliest run
// that showed it, a count of all, the rule to paste into a test and the line that
// does the run alone and shows all of it. [SWEEP.md] has a page on each kind of finding: LOST,
// DOUBLED, HANGS, STUCK, RUNS AWAY, CHANGED, RESULT, FAILED, PANIC, LEAKS.
//
// # What a scenario must be
//
// It connects by [imaptest.Server.Dial] (with [RealTime]: to the server's ports), does what is
// to be swept, and tries again where something fails, as the program does that has the code
// in it: [Retry] is the loop. It ends by itself. It may be run at the same time many times
// over: what it keeps in variables of its package, or in the environment, needs [Serial]. It
// says the same in the same order each time: of several connections at once each says the
// same. One that does not is named, and not swept.
//
// A test has one sweep: the -run line of a second one leads to the first. Put each in a t.Run.
//
// # What it does not do
//
// A goroutine of the code under test that panics ends the test binary, as it always does;
// go test -parallel 1 -v tells in which test. The race detector blames every test that runs at the
// time of a race: -parallel 1 again. A bubble in which a goroutine waits for a lock, or runs
// for ever, cannot be ended from outside: the run is reported, and what is left of it stays until
// the binary ends. Several disturbances in one run are tried with [Pairs] and [Random] only.
// A server that keeps a change to itself, and tells the client that there was none, is not
// among what is odd: no client could notice.
//
// [SWEEP.md]: https://github.com/go-mailtest/mailtest/blob/main/imaptest/SWEEP.md
package sweep
