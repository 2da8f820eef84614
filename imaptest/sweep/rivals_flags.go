package sweep

import (
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// storing is a STORE as the client sent it.
type storing struct {
	op    imap.StoreFlagsOp
	flags []imap.Flag
}

// readStore reads the arguments of a STORE.
func readStore(cmd *imaptest.Command) (s storing, is bool) {
	if strings.TrimPrefix(cmd.Name, "UID ") != "STORE" {
		return s, false
	}
	open := strings.LastIndexByte(cmd.Args, '(')
	words := strings.Fields(cmd.Args[:max(open, 0)])
	if len(words) < 2 {
		return s, false
	}
	switch item, _, _ := strings.Cut(strings.ToUpper(words[len(words)-1]), "."); item {
	case "+FLAGS":
		s.op = imap.StoreFlagsAdd
	case "-FLAGS":
		s.op = imap.StoreFlagsDel
	case "FLAGS":
		s.op = imap.StoreFlagsSet
	default:
		return s, false
	}
	for word := range strings.FieldsSeq(strings.Trim(cmd.Args[open:], "()")) {
		s.flags = append(s.flags, imap.Flag(word))
	}
	return s, true
}

// rivalIsFirst does to the message what the client is about to do: the mail is then as the
// client wanted it, and ends as undisturbed.
func rivalIsFirst(e *Env, at place) string {
	s, is := readStore(at.command)
	if !is || !at.has {
		return ""
	}
	return rivalStores(e, at, s)
}

// rivalUndoes takes back what the client has done: what it set, or what it moved.
func rivalUndoes(e *Env, at place) string {
	s, is := readStore(at.command)
	switch {
	case is && at.has:
		back := imap.StoreFlagsDel
		if s.op == imap.StoreFlagsDel {
			back = imap.StoreFlagsAdd
		}
		s.op = back
		code := rivalStores(e, at, s)
		if code != "" {
			e.Touch(at.message)
		}
		return code
	case named(e.Point, "MOVE"):
		return rivalMovesBack(e, at)
	}
	return ""
}

// rivalStores changes the flags of the message, as far as they are not so.
func rivalStores(e *Env, at place, s storing) string {
	add := s.op != imap.StoreFlagsDel
	var flags []imap.Flag
	for _, flag := range s.flags {
		if at.message.Has(flag) != add {
			flags = append(flags, flag)
		}
	}
	if len(flags) == 0 {
		return ""
	}
	verb := "AddFlags"
	if add {
		at.mailbox.AddFlags(e.T, at.message.UID, flags...)
	} else {
		verb = "RemoveFlags"
		at.mailbox.RemoveFlags(e.T, at.message.UID, flags...)
	}
	return fmt.Sprintf("%s(t, %d%s)", verb, at.message.UID, goFlags(flags))
}

// goFlags are flags as further arguments.
func goFlags(flags []imap.Flag) string {
	var sb strings.Builder
	for _, flag := range flags {
		fmt.Fprintf(&sb, ", %q", flag)
	}
	return sb.String()
}

// rivalMovesBack moves the last message of the destination to where it came from.
func rivalMovesBack(e *Env, at place) string {
	words := strings.Fields(at.command.Args)
	if len(words) < 2 {
		return ""
	}
	name := strings.Trim(words[len(words)-1], `"`)
	dest, found := at.user.Mailbox(name)
	if !found || len(dest.Messages()) == 0 {
		return ""
	}
	m := dest.Messages()[len(dest.Messages())-1]
	e.Touch(m)
	at.account.Mailbox(name).Move(e.T, at.core.Name(), m.UID)
	e.Did(fmt.Sprintf("After(func(*imaptest.Command) { srv.User(%q).Mailbox(%q).Move(t, %q, %d) })", at.user.Name(), name, at.core.Name(), m.UID))
	return didItself
}

// didItself is that the act has said itself what it did.
const didItself = "-"

// rivalClears takes all flags from the message.
func rivalClears(e *Env, at place) string {
	if !at.has {
		return ""
	}
	s := storing{op: imap.StoreFlagsDel, flags: slices.DeleteFunc(slices.Clone(at.message.Flags), func(f imap.Flag) bool { return f == `\Recent` })}
	code := rivalStores(e, at, s)
	if code != "" {
		e.Touch(at.message)
	}
	return code
}
