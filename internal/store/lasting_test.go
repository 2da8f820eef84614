package store

import (
	"errors"
	"reflect"
	"testing"

	"github.com/emersion/go-imap/v2"
)

// keeping is what somebody has been told of messages, with what they were then.
type keeping struct {
	messages func(func(Message) bool)
	then     []Message
}

// A message that somebody has, from a snapshot or because they follow the store, stays as it
// was, whatever is done to the message that took its place.
func TestMessagesNeverChange(t *testing.T) {
	s := New()
	fred, _ := s.AddUser("fred", "password")
	bob, _ := s.AddUser("bob", "password")
	mail, _ := s.AddUser("mail", "password", WithLabels(mailRules()))
	team, err := fred.Create("Team", SeenPerUser())
	check(t, errors.Join(err, team.Grant("anyone", RightsChange{Rights: AllRights | MayAnnotate})))
	other, err := fred.Create("Other")
	check(t, err)
	label, err := mail.Create("Work")
	check(t, err)
	bin, _ := mail.Mailbox(trash)

	var kept []keeping
	keep := func(messages func(func(Message) bool)) {
		k := keeping{messages: messages}
		for msg := range messages {
			k.then = append(k.then, msg)
		}
		kept = append(kept, k)
	}
	defer s.Follow(func(h Happening) {
		switch h.Kind {
		case MessageCame:
			keep(h.After())
		case MessageWent:
			keep(h.Before())
		case FlagsBecame:
			keep(h.Before())
			keep(h.After())
		case UIDsRenumbered, MailboxGone:
			keep(h.Held())
			keep(h.Became())
		}
	})()

	note := []Note{{Entry: "/comment", Value: []byte("x"), Shared: true}}
	var snap *Snapshot
	for _, act := range []struct {
		name string
		do   func() error
	}{
		{"APPEND", func() error { fill(t, team, 3); fill(t, label, 3); return nil }},
		{"a snapshot", func() error {
			snap = s.Snapshot()
			for _, u := range snap.users {
				for _, mbox := range u.mailboxes {
					keep(mbox.messages.values())
				}
			}
			return nil
		}},
		{"STORE", func() error { return team.Store(everyUID(), imap.StoreFlagsAdd, imap.FlagFlagged, imap.FlagSeen) }},
		{"STORE of another's \\Seen", func() error { return team.As(bob).Store(everyUID(), imap.StoreFlagsAdd, imap.FlagSeen) }},
		{"STORE of annotations", func() error {
			_, err := team.As(bob).AnnotateMessages([]imap.UID{1, 2}, nil, note, AnnotationLimits{})
			return err
		}},
		{"COPY", func() error { _, err := team.As(bob).Copy(everyUID(), other); return err }},
		{"COPY in a mailbox", func() error { _, err := team.Copy(set(1), team); return err }},
		{"MOVE", func() error { _, err := team.Move(set(2), other); return err }},
		{"EXPUNGE", func() error { _, err := other.Expunge(set(1)); return err }},
		{"another UIDVALIDITY", func() error { other.BumpUIDValidity(); return nil }},
		{"other UIDs", func() error { return other.Renumber(7, 8, 9) }},
		{"a star", func() error { return label.Store(set(1), imap.StoreFlagsAdd, imap.FlagFlagged) }},
		{"a label", func() error { _, err := label.Copy(set(1, 2), mail.Inbox()); return err }},
		{"no label", func() error { _, err := label.Expunge(set(1)); return err }},
		{"another home", func() error { _, err := label.Move(set(2), bin); return err }},
		{"a copy of all", func() error { s.Snapshot().Copy(nil); return nil }},
		{"a mailbox that goes", func() error { return fred.Delete("Other") }},
		{"Restore", func() error { s.Restore(snap); return nil }},
	} {
		if err := act.do(); err != nil {
			t.Fatalf("%s: %v", act.name, err)
		}
		for _, k := range kept {
			i := 0
			for msg := range k.messages {
				if was := k.then[i]; !reflect.DeepEqual(msg, was) {
					t.Fatalf("after %s a message is\n%+v\nthat was told as\n%+v", act.name, msg, was)
				}
				i++
			}
		}
	}
}
