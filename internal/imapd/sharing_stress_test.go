package imapd_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

var sharedStress = flag.Int("stress.commands", 250, "how many commands each client of TestSharedStress says")

// Two accounts, each with two clients, do all there is to do with each other's mailboxes, and
// with those of nobody, at once, while the store is brought back to what it was. Every command
// is answered, none by a bug or by BAD; nothing waits for itself; and what is counted for the
// quotas is what there is in the end.
func TestSharedStress(t *testing.T) {
	t.Parallel()
	mail := memstore.New()
	for _, name := range []string{"ann", "bob"} {
		user, err := mail.AddUser(name, "password")
		if err != nil {
			t.Fatal(err)
		}
		for _, box := range []string{"A", "A/B"} {
			mbox, err := user.Create(box, memstore.SeenPerUser())
			if err == nil {
				err = mbox.Grant("anyone", "lrswipkxtea")
			}
			if err == nil {
				_, err = mbox.Append([]byte("a: b\r\n\r\n"))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	shared, err := mail.Share("S")
	if err == nil {
		err = shared.Grant("anyone", "lrswipkxtea")
	}
	if err != nil {
		t.Fatal(err)
	}
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithStore(mail))
	before := srv.Snapshot()
	var clients sync.WaitGroup
	for i := range 4 {
		c := &sharedClient{t: t, srv: srv, before: before, account: "ann", other: "bob", random: rand.New(rand.NewPCG(uint64(i), 7))}
		if i%2 == 1 {
			c.account, c.other = c.other, c.account
		}
		clients.Go(c.run)
	}
	clients.Wait()
	for _, user := range mail.Users() {
		for _, q := range user.Quotas() {
			got, err := user.Usage(q.Root)
			if want := recounted(user, q.Mailbox); err != nil || !maps.Equal(got, want) {
				t.Errorf("root %q of %s: told %v, %v, there are %v", q.Root, user.Name(), got, err, want)
			}
		}
	}
}

// recounted is what a root of an account governs, message by message.
func recounted(user *memstore.User, above string) map[imap.QuotaResourceType]int64 {
	var octets, messages, mailboxes int64
	for _, mbox := range user.Mailboxes() {
		if name := mbox.Name(); above != "" && name != above && !strings.HasPrefix(name, above+"/") {
			continue
		}
		if !mbox.Oddities().NoSelect {
			mailboxes++
		}
		for _, m := range mbox.Messages() {
			messages++
			octets += m.Size()
		}
	}
	return map[imap.QuotaResourceType]int64{
		imap.QuotaResourceStorage: (octets + 1023) / 1024, imap.QuotaResourceMessage: messages, imap.QuotaResourceMailbox: mailboxes,
		imap.QuotaResourceAnnotationStorage: 0,
	}
}

// sharedClient is a client of TestSharedStress.
type sharedClient struct {
	t              *testing.T
	srv            *imaptest.Server
	before         *imaptest.Snapshot
	account, other string
	random         *rand.Rand
	nc             net.Conn
	r              *bufio.Reader
	said           int
}

// sharedCommands are what a client says. {box} is a mailbox of one of the two, or of nobody,
// {own} one of its own, {url} the same as a URL, {n} a small number.
var sharedCommands = []string{
	`SELECT {box}`, `SELECT {box}`, `EXAMINE {box}`, `NOOP`, `UNSELECT`,
	`FETCH 1:* (UID FLAGS BODY[])`, `STORE 1:* +FLAGS (\Seen \Deleted k{n})`, `STORE 1:* -FLAGS.SILENT (\Seen)`, `EXPUNGE`,
	`SEARCH RETURN (UPDATE) UNSEEN`, `SEARCH RETURN (SAVE) ALL`, `UID FETCH $ FLAGS`,
	`ESEARCH IN (subtree ({box})) UNSEEN`, `UID COPY 1:* {box}`, `UID COPY 1:* {box}`, `UID MOVE 1:* {box}`, `REPLACE 1 {box} {4+}|a: c`,
	`APPEND {box} (\Seen) {4+}|a: b`, `APPEND {box} (\Seen) {4+}|a: b {4+}|a: d`, `APPEND {box} CATENATE (URL "{url}" TEXT {1+}|x)`,
	`GENURLAUTH "imap://{me}@h{url};URLAUTH=anonymous" INTERNAL`, `RESETKEY`, `RESETKEY {box}`,
	`SETACL {box} {me} lrswipkxtea`, `SETACL {box} {other} lrswipkxtea`, `SETACL {box} {other} -r`, `SETACL {box} {other} +r`, `DELETEACL {box} {other}`, `GETACL {box}`, `MYRIGHTS {box}`,
	`CREATE {box}`, `CREATE {deep}`, `CREATE {own}`, `DELETE {own}`, `DELETE {box}`, `DELETE {deep}`, `RENAME {box} {own}`, `RENAME {box} {box}`, `RENAME INBOX {own}`,
	`SETQUOTA {me} (MESSAGE 1{n} STORAGE 9)`, `SETQUOTA {me} (MAILBOX 9)`, `GETQUOTAROOT {box}`,
	`SETMETADATA {box} (/shared/comment "{n}" /private/comment NIL)`, `SETMETADATA {own} (/private/specialuse "\\Junk")`, `SETMETADATA "" (/private/comment "{n}")`, `GETMETADATA (DEPTH infinity) {box} (/shared /private)`,
	`NOTIFY SET STATUS (selected (MessageNew (UID) MessageExpunge FlagChange)) (subtree ("" "Other Users" Shared) (MessageNew MessageExpunge MailboxName SubscriptionChange MailboxMetadata ServerMetadata))`, `NOTIFY NONE`,
	`LIST (SUBSCRIBED RECURSIVEMATCH) "" *`, `LIST "" * RETURN (CHILDREN MYRIGHTS STATUS (UNSEEN MESSAGES) METADATA (/shared/comment))`, `STATUS {box} (UNSEEN DELETED SIZE)`, `SUBSCRIBE {box}`, `UNSUBSCRIBE {box}`,
}

// run says commands, and begins anew when it is told BYE, as it is when what it has selected
// is gone.
func (c *sharedClient) run() {
	for range *sharedStress {
		if c.nc == nil && !c.connect() {
			return
		}
		switch c.random.IntN(60) {
		case 0:
			c.srv.Restore(c.before)
		case 1:
			c.srv.Snapshot()
		}
		if !c.say(c.text(sharedCommands[c.random.IntN(len(sharedCommands))])) {
			return
		}
	}
}

func (c *sharedClient) connect() bool {
	nc, err := c.srv.Dial(context.Background())
	if err != nil {
		c.t.Error(err)
		return false
	}
	nc.SetDeadline(time.Now().Add(2 * time.Minute))
	c.nc, c.r = nc, bufio.NewReader(nc)
	return c.say("LOGIN " + c.account + " password")
}

var blank = regexp.MustCompile(`\{[a-z]+\}`)

// text fills a command's blanks.
func (c *sharedClient) text(command string) string {
	command = strings.ReplaceAll(command, "|", "\r\n")
	own := []string{"A", "A/B", "N"}
	return blank.ReplaceAllStringFunc(command, func(name string) string {
		box := own[c.random.IntN(len(own))]
		switch name {
		case "{box}", "{url}":
			box = []string{box, "INBOX", "Other Users/" + c.other + "/" + box, "Shared/S"}[c.random.IntN(4)]
			if name == "{url}" {
				return "/" + strings.ReplaceAll(box, " ", "%20") + "/;UID=1"
			}
			return `"` + box + `"`
		case "{deep}":
			return `"Other Users/` + c.other + `/A/C` + fmt.Sprint(c.random.IntN(3)) + `"`
		case "{own}":
			return box
		case "{me}":
			return c.account
		case "{other}":
			return c.other
		}
		return fmt.Sprint(c.random.IntN(5))
	})
}

// mayBeBad is what is BAD by the state: nothing is selected, there is no message with the
// number, or a URL stands for nothing.
var mayBeBad = regexp.MustCompile(`without a selected mailbox|no message [0-9]+|URL 1`)

// say sends a command and reads to its answer, which a bug or what the grammar has not may not
// be. False ends the client.
func (c *sharedClient) say(command string) bool {
	c.said++
	tag := fmt.Sprintf("x%d ", c.said)
	if _, err := fmt.Fprintf(c.nc, "%s%s\r\n", tag, command); err != nil {
		c.t.Errorf("%s: %v", command, err)
		return false
	}
	for {
		line, err := c.r.ReadString('\n')
		answer, isAnswer := strings.CutPrefix(line, tag)
		bad := isAnswer && strings.HasPrefix(answer, "BAD") && !mayBeBad.MatchString(answer)
		switch {
		case err != nil || bad || strings.Contains(line, "SERVERBUG"):
			c.t.Errorf("%s: %s%v", command, line, err)
			return false
		case strings.HasPrefix(line, "* BYE"):
			c.nc.Close()
			c.nc = nil
			return true
		case isAnswer:
			return true
		}
	}
}
