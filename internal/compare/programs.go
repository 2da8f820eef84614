package compare

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"

	_ "github.com/emersion/go-message/charset" // for text in all charsets
)

// startPrograms plays clients, written with go-imap's client as people write them.
func startPrograms(setup) (*played, error) {
	return &played{calls: map[string]func(request) error{
		"copy":  func(req request) error { return copyAll(req.Args[0], req.Args[1]) },
		"index": func(req request) error { return index(req.Args[0]) },
	}}, nil
}

// dialUser is a client that has logged in.
func dialUser(addr string) (*imapclient.Client, error) {
	c, err := imapclient.DialInsecure(addr, nil)
	if err != nil {
		return nil, err
	}
	if err := c.Login("user", "password").Wait(); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// batch is how many messages are fetched by one command.
const batch = 200

// eachMessage fetches all of INBOX, so many at a time.
func eachMessage(c *imapclient.Client, options *imap.FetchOptions, do func(*imapclient.FetchMessageBuffer) error) error {
	box, err := c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		return err
	}
	for first := uint32(1); first <= box.NumMessages; first += batch {
		set := imap.SeqSet{{Start: first, Stop: min(first+batch-1, box.NumMessages)}}
		all, err := c.Fetch(set, options).Collect()
		if err != nil {
			return err
		}
		for _, m := range all {
			if err := do(m); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyAll appends what is in one server's INBOX to another's, with flags and dates.
func copyAll(from, to string) error {
	source, err := dialUser(from)
	if err != nil {
		return err
	}
	defer source.Close()
	dest, err := dialUser(to)
	if err != nil {
		return err
	}
	defer dest.Close()
	body := &imap.FetchItemBodySection{Peek: true}
	options := &imap.FetchOptions{Flags: true, InternalDate: true, BodySection: []*imap.FetchItemBodySection{body}}
	return eachMessage(source, options, func(m *imapclient.FetchMessageBuffer) error {
		raw := m.FindBodySection(body)
		cmd := dest.Append("INBOX", int64(len(raw)), &imap.AppendOptions{Flags: lasting(m.Flags), Time: m.InternalDate})
		if _, err := cmd.Write(raw); err != nil {
			return err
		}
		if err := cmd.Close(); err != nil {
			return err
		}
		_, err := cmd.Wait()
		return err
	})
}

// lasting are the flags that a client may give.
func lasting(flags []imap.Flag) (out []imap.Flag) {
	for _, flag := range flags {
		if !strings.EqualFold(string(flag), `\Recent`) {
			out = append(out, flag)
		}
	}
	return out
}

// index makes a full-text index of INBOX: for each word the messages that have it.
func index(addr string) error {
	c, err := dialUser(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	words := make(map[string][]uint32)
	body := &imap.FetchItemBodySection{Peek: true}
	options := &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{body}}
	err = eachMessage(c, options, func(m *imapclient.FetchMessageBuffer) error {
		indexMessage(words, m.SeqNum, string(m.FindBodySection(body)))
		return nil
	})
	if err == nil && len(words["attachment"]) == 0 {
		err = fmt.Errorf("no message has the word attachment, of %d words", len(words))
	}
	return err
}

// indexMessage adds the words of the texts of one message. What cannot be read is passed over.
func indexMessage(words map[string][]uint32, seq uint32, raw string) {
	r, err := mail.CreateReader(strings.NewReader(raw))
	if r == nil || err != nil && !message.IsUnknownCharset(err) {
		return
	}
	for {
		part, err := r.NextPart()
		if part == nil {
			return
		}
		if _, inline := part.Header.(*mail.InlineHeader); !inline {
			continue
		}
		text, _ := io.ReadAll(part.Body)
		for word := range strings.FieldsFuncSeq(strings.ToLower(string(text)), notOfWord) {
			in := words[word]
			if len(in) == 0 || in[len(in)-1] != seq {
				words[strings.Clone(word)] = append(in, seq)
			}
		}
		if err != nil && !message.IsUnknownCharset(err) {
			return
		}
	}
}

func notOfWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
