package goimap_test

import (
	"errors"
	"io"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

func uid(n imap.UID) imaptest.Match { return imaptest.UID(n) }

// changeUses are about adding, changing and removing messages.
var changeUses = map[string]use{
	"APPEND": {methods: "Append Mailbox", run: func(s *session) error {
		at := time.Date(2024, 2, 29, 12, 0, 0, 0, time.FixedZone("", 3600))
		can, may := s.keywords()
		flags := []imap.Flag{imap.FlagSeen}
		if may {
			flags = append(flags, "$New")
		}
		data, err := s.append("INBOX", "Subject: new\r\n\r\nhellö\r\n", &imap.AppendOptions{Flags: flags, Time: at})
		if err != nil {
			return err
		}
		m := s.srv.Inbox().Message(s.t, uid(16))
		s.equal("flags", []bool{m.Has(imap.FlagSeen), m.Has("$New")}, []bool{true, can})
		s.equal("date", m.InternalDate.UTC(), at.UTC())
		s.equal("text", string(m.Raw()), "Subject: new\r\n\r\nhellö\r\n")
		err = s.Noop().Wait() // Courier tells with it alone
		s.equal("the client knows of", s.Mailbox().NumMessages, uint32(4))
		if s.Caps().Has(imap.CapUIDPlus) {
			s.equal("APPENDUID", data.UID, imap.UID(16))
		}
		_, missing := s.append(s.name("missing"), "a: b\r\n\r\n", nil)
		s.refused(missing, "mailbox.target", "APPEND", imap.ResponseCodeTryCreate)
		return err
	}},
	"APPEND in pieces": {methods: "Append", run: func(s *session) error {
		const text = "Subject: pieces\r\n\r\n0123456789\r\n"
		cmd := s.Append(s.name("Archive"), int64(len(text)), nil)
		for _, b := range []byte(text) {
			if _, err := cmd.Write([]byte{b}); err != nil {
				return err
			}
		}
		err := cmd.Close()
		_, waitErr := cmd.Wait()
		s.srv.Mailbox(s.name("Archive")).AssertSubjects(s.t, "pieces")
		return errors.Join(err, waitErr)
	}},
	"COPY": {methods: "Copy", run: func(s *session) error {
		data, err := s.Copy(imap.SeqSetNum(1, 3), s.name("Archive")).Wait()
		if err != nil {
			return err
		}
		s.srv.Mailbox(s.name("Archive")).AssertSubjects(s.t, "Plans", "Bill")
		if s.Caps().Has(imap.CapUIDPlus) {
			s.equal("COPYUID", []string{data.SourceUIDs.String(), data.DestUIDs.String()}, []string{"11,15", "1:2"})
		}
		_, missing := s.Copy(imap.UIDSetNum(11), s.name("missing")).Wait()
		s.refused(missing, "mailbox.target", "COPY", imap.ResponseCodeTryCreate)
		return nil
	}},
	"MOVE, or what the client does without": {methods: "Move", run: func(s *session) error {
		_, err := s.Move(imap.UIDSetNum(12), s.name("Archive")).Wait()
		_, seqErr := s.Move(imap.SeqSetNum(1), s.name("Archive")).Wait()
		s.srv.Mailbox(s.name("Archive")).AssertSubjects(s.t, "Re: Plans", "Plans")
		s.srv.Inbox().AssertSubjects(s.t, "Bill")
		return errors.Join(err, seqErr)
	}},
	"STORE": {methods: "Store", run: func(s *session) error {
		for _, step := range []struct {
			op    imap.StoreFlagsOp
			flags []imap.Flag
			want  []imap.Flag
		}{
			{imap.StoreFlagsAdd, []imap.Flag{imap.FlagAnswered}, []imap.Flag{imap.FlagAnswered, imap.FlagSeen, "$Work"}},
			{imap.StoreFlagsDel, []imap.Flag{imap.FlagSeen}, []imap.Flag{imap.FlagAnswered, "$Work"}},
			{imap.StoreFlagsSet, []imap.Flag{imap.FlagDraft}, []imap.Flag{imap.FlagDraft}},
			{imap.StoreFlagsSet, nil, nil},
		} {
			got, err := s.Store(imap.SeqSetNum(1), &imap.StoreFlags{Op: step.op, Flags: step.flags}, nil).Collect()
			if err != nil {
				return err
			}
			s.equal("answers", len(got) == 1 && got[0].SeqNum == 1, true)
			s.srv.Inbox().AssertFlags(s.t, 11, step.want...)
		}
		silent := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen}, Silent: true}
		got, err := s.Store(imap.UIDSetNum(12, 15), silent, nil).Collect()
		s.equal("silent", len(got), 0)
		s.srv.Inbox().AssertFlags(s.t, 12, imap.FlagSeen)
		return err
	}},
	"STORE of a keyword": {methods: "Store", run: func(s *session) error {
		later := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{"$Later"}}
		err := s.Store(imap.UIDSetNum(12), later, nil).Close()
		can, may := s.keywords()
		s.equal("it is there", s.srv.Inbox().Message(s.t, uid(12)).Has("$Later"), can)
		if !may {
			s.refused(err, "flag.invalid", "STORE", "")
			return nil
		}
		return err
	}},
	"STORE (UNCHANGEDSINCE)": {methods: "Store", needs: imap.CapCondStore, run: func(s *session) error {
		old := s.srv.Inbox().Message(s.t, uid(12)).ModSeq
		add := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen}}
		if err := s.Store(imap.UIDSetNum(12), add, &imap.StoreOptions{UnchangedSince: old}).Close(); err != nil {
			return err
		}
		add.Flags = []imap.Flag{imap.FlagDeleted}
		s.Store(imap.UIDSetNum(12), add, &imap.StoreOptions{UnchangedSince: old}).Close() // MODIFIED
		s.srv.Inbox().AssertFlags(s.t, 12, imap.FlagSeen)
		return nil
	}},
	"EXPUNGE": {methods: "Expunge Store Mailbox", run: func(s *session) error {
		gone, err := s.Expunge().Collect()
		s.equal("of none", len(gone), 0)
		deleted := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}
		storeErr := s.Store(imap.SeqSetNum(1, 2), deleted, nil).Close()
		gone, expungeErr := s.Expunge().Collect()
		if s.expungesAtOnce() {
			s.equal("numbers", gone, []uint32(nil))
		} else {
			s.equal("numbers", gone, []uint32{1, 1})
		}
		s.equal("left", s.Mailbox().NumMessages, uint32(1))
		s.srv.Inbox().AssertSubjects(s.t, "Bill")
		return errors.Join(err, storeErr, expungeErr)
	}},
	"UID EXPUNGE": {methods: "UIDExpunge", needs: imap.CapUIDPlus, run: func(s *session) error {
		s.srv.Inbox().AddFlags(s.t, 11, imap.FlagDeleted)
		s.srv.Inbox().AddFlags(s.t, 15, imap.FlagDeleted)
		gone, err := s.UIDExpunge(imap.UIDSetNum(12, 15)).Collect()
		switch {
		case err != nil:
			return err
		case s.expungesAtOnce():
			s.equal("numbers", gone, []uint32{1, 2})
			s.srv.Inbox().AssertSubjects(s.t, "Re: Plans")
		default:
			s.equal("numbers", gone, []uint32{3})
			s.srv.Inbox().AssertSubjects(s.t, "Plans", "Re: Plans")
		}
		return nil
	}},
}

func (s *session) append(mailbox, text string, options *imap.AppendOptions) (*imap.AppendData, error) {
	cmd := s.Append(mailbox, int64(len(text)), options)
	io.WriteString(cmd, text) // fails where the literal is refused; Wait says why
	cmd.Close()
	return cmd.Wait()
}
