package goimap_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// mailboxUses are about mailboxes.
var mailboxUses = map[string]use{
	"SELECT": {methods: "Select Mailbox State", run: func(s *session) error {
		data, err := s.Select("INBOX", nil).Wait()
		if err != nil {
			return err
		}
		s.equal("numbers", []uint32{data.NumMessages, data.UIDValidity}, []uint32{3, s.srv.Store().Users()[0].Inbox().Status().UIDValidity})
		s.equal("UIDNEXT", data.UIDNext == 16, s.tells("UIDNEXT"))
		s.equal("state", s.state(), imap.ConnStateSelected)
		s.equal("name", s.Mailbox().Name, "INBOX")
		can, _ := s.keywords()
		s.equal("$Work", slices.Contains(data.Flags, "$Work"), true)
		s.equal("new keywords", slices.Contains(data.PermanentFlags, imap.FlagWildcard), can)
		s.equal("LIST", data.List != nil, !s.Caps().Has(imap.CapIMAP4rev1))
		_, missing := s.Select(s.name("missing"), nil).Wait()
		s.refused(missing, "mailbox.missing", "SELECT", imap.ResponseCodeNonExistent)
		return nil
	}},
	"EXAMINE": {methods: "Select Store", run: func(s *session) error {
		_, err := s.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait()
		seen := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen}}
		if s.Store(imap.SeqSetNum(2), seen, nil).Close() == nil {
			s.t.Error("STORE works in a mailbox that is read-only")
		}
		return err
	}},
	"SELECT (CONDSTORE)": {methods: "Select", needs: imap.CapCondStore, run: func(s *session) error {
		data, err := s.Select("INBOX", &imap.SelectOptions{CondStore: true}).Wait()
		if err == nil && s.tells("HIGHESTMODSEQ") {
			s.equal("HIGHESTMODSEQ", data.HighestModSeq, s.srv.Store().Users()[0].Inbox().Status().HighestModSeq)
		}
		return err
	}},
	"UNSELECT": {methods: "Unselect State Mailbox", needs: imap.CapUnselect, run: func(s *session) error {
		if err := s.Unselect().Wait(); err != nil {
			return err
		}
		s.equal("state", s.state(), imap.ConnStateAuthenticated)
		s.equal("mailbox", s.Mailbox() == nil, true)
		return nil
	}},
	"CLOSE": {methods: "UnselectAndExpunge", run: func(s *session) error {
		s.srv.Inbox().AddFlags(s.t, 12, imap.FlagDeleted)
		err := s.UnselectAndExpunge().Wait()
		s.equal("state", s.state(), imap.ConnStateAuthenticated)
		s.srv.Inbox().AssertSubjects(s.t, "Plans", "Bill")
		return err
	}},
	"CREATE, RENAME, DELETE": {methods: "Create Rename Delete", run: func(s *session) error {
		err := errors.Join(
			s.Create(s.name("A b"), nil).Wait(), s.Create(s.name(`B"\`), nil).Wait(), s.Create(s.name("Deep/er/est"), nil).Wait(),
			s.Rename(s.name("A b"), s.name("Deep/A b"), nil).Wait(), s.Delete(s.name(`B"\`)).Wait(),
		)
		s.srv.Mailbox(s.name("Deep/A b")).AssertExists(s.t)
		s.srv.Mailbox(s.name("A b")).AssertMissing(s.t)
		s.refused(s.Create(s.name("Deep/A b"), nil).Wait(), "mailbox.exists", "CREATE", imap.ResponseCodeAlreadyExists)
		s.refused(s.Delete(s.name("missing")).Wait(), "mailbox.missing", "DELETE", imap.ResponseCodeNonExistent)
		return err
	}},
	"names in any script": {methods: "Create Select Append Status List Subscribe Copy Rename Delete", run: func(s *session) error {
		// None has "&": the client writes "&-" for it in UTF-8 too, where RFC 9051, section
		// 5.1, knows no such escape.
		for _, name := range []string{"Entwürfe", "日本語", "Cafè + Bar", "Lists/Übung", "😀"} {
			if err := s.useMailbox(s.name(name)); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	}},
	"CREATE (USE)": {methods: "Create", needs: imap.CapCreateSpecialUse, run: func(s *session) error {
		err := s.Create(s.name("All mail"), &imap.CreateOptions{SpecialUse: []imap.MailboxAttr{imap.MailboxAttrAll}}).Wait()
		if err == nil {
			user := s.srv.Store().Users()[0]
			mbox, _ := user.Mailbox(s.name("All mail"))
			s.equal("use", mbox.SpecialUse(), []imap.MailboxAttr{imap.MailboxAttrAll})
		}
		return err
	}},
	"SUBSCRIBE": {methods: "Subscribe Unsubscribe", run: func(s *session) error {
		err := errors.Join(s.Subscribe(s.name("Lists/Go")).Wait(), s.Unsubscribe(s.name("Archive")).Wait())
		user := s.srv.Store().Users()[0]
		s.equal("subscribed", []bool{user.Subscribed(s.name("Lists/Go")), user.Subscribed(s.name("Archive"))}, []bool{true, false})
		return err
	}},
	"LIST": {methods: "List", run: func(s *session) error {
		for pattern, want := range map[string][]string{
			"INBOX": {"INBOX"}, "inbox": {"INBOX"}, "Li%": {"Lists"}, "Li*": {"Lists", "Lists/Go"}, "Lists/%": {"Lists/Go"}, "no such": nil,
		} {
			if !strings.EqualFold(pattern, "INBOX") {
				pattern = s.name(pattern)
			}
			for i := range want {
				want[i] = s.name(want[i])
			}
			list, err := s.List("", pattern, nil).Collect()
			if err != nil {
				return err
			}
			s.equal(pattern, names(list), want)
		}
		cmd := s.List("", "*", nil)
		first := cmd.Next()
		s.equal("the first", first != nil && first.Delim == s.delim(), true)
		return cmd.Close()
	}},
	"LIST with selection": {methods: "List", needs: imap.CapListExtended, run: func(s *session) error {
		list, err := s.List("", "*", &imap.ListOptions{SelectSubscribed: true, ReturnChildren: true}).Collect()
		if err != nil {
			return err
		}
		s.equal("Archive", slices.Contains(names(list), s.name("Archive")), true)
		s.equal("Lists", slices.Contains(names(list), s.name("Lists")), false)
		_, err = s.List("", "%", &imap.ListOptions{SelectSubscribed: true, SelectRecursiveMatch: true}).Collect()
		return err
	}},
	"LIST RETURN (STATUS)": {methods: "List", needs: imap.CapListStatus, run: func(s *session) error {
		list, err := s.List("", "INBOX", &imap.ListOptions{ReturnStatus: &imap.StatusOptions{NumMessages: true, NumUnseen: true, UIDNext: true}}).Collect()
		if err == nil {
			s.equal("INBOX", []uint32{*list[0].Status.NumMessages, *list[0].Status.NumUnseen, uint32(list[0].Status.UIDNext)}, []uint32{3, 2, 16})
		}
		return err
	}},
	"LIST with special uses": {methods: "List", needs: imap.CapSpecialUse, run: func(s *session) error {
		// RFC 6154, section 2: without LIST-EXTENDED they are in every LIST.
		extended := s.has(s.Caps(), imap.CapListExtended) || !s.has(s.Caps(), imap.CapSpecialUse)
		list, err := s.List("", "*", &imap.ListOptions{SelectSpecialUse: extended, ReturnSpecialUse: extended}).Collect()
		if err == nil {
			at := slices.IndexFunc(list, func(d *imap.ListData) bool { return d.Mailbox == s.name("Archive") })
			s.equal("Archive", at >= 0 && slices.Contains(list[at].Attrs, imap.MailboxAttrArchive), true)
		}
		return err
	}},
	"STATUS": {methods: "Status", run: func(s *session) error {
		data, err := s.Status(s.name("Lists/Go"), &imap.StatusOptions{NumMessages: true, NumUnseen: true, UIDNext: true, UIDValidity: true}).Wait()
		if err != nil {
			return err
		}
		mbox, _ := s.srv.Store().Users()[0].Mailbox(s.name("Lists/Go")) // whose UIDs may begin where they like
		s.equal("Lists/Go", []uint32{*data.NumMessages, *data.NumUnseen, uint32(data.UIDNext)}, []uint32{1, 1, uint32(mbox.Status().UIDNext)})
		_, missing := s.Status(s.name("missing"), &imap.StatusOptions{NumMessages: true}).Wait()
		s.refused(missing, "mailbox.missing", "STATUS", imap.ResponseCodeNonExistent)
		return nil
	}},
	"STATUS SIZE": {methods: "Status", needs: imap.CapStatusSize, run: func(s *session) error {
		data, err := s.Status(s.name("Lists/Go"), &imap.StatusOptions{Size: true}).Wait()
		if err == nil {
			s.equal("SIZE", *data.Size, int64(len("Subject: go\r\n\r\n")))
		}
		return err
	}},
	"STATUS DELETED": {methods: "Status", needs: imap.CapIMAP4rev2, run: func(s *session) error {
		data, err := s.Status(s.name("Lists/Go"), &imap.StatusOptions{NumDeleted: true}).Wait()
		if err == nil {
			s.equal("DELETED", *data.NumDeleted, uint32(0))
		}
		return err
	}},
	"STATUS HIGHESTMODSEQ": {methods: "Status", needs: imap.CapCondStore, run: func(s *session) error {
		data, err := s.Status(s.name("Lists/Go"), &imap.StatusOptions{HighestModSeq: true}).Wait()
		if err == nil {
			s.equal("HIGHESTMODSEQ", data.HighestModSeq > 0, true)
		}
		return err
	}},
	"STATUS APPENDLIMIT": {methods: "Status", needs: imap.CapAppendLimit, run: func(s *session) error {
		data, err := s.Status(s.name("Lists/Go"), &imap.StatusOptions{AppendLimit: true}).Wait()
		if err == nil {
			s.equal("APPENDLIMIT", *data.AppendLimit, cmp.Or(uint32(s.spec.Limits.Append), 64<<20))
		}
		return err
	}},
	"rights": {methods: "MyRights GetACL SetACL", needs: imap.CapACL, run: func(s *session) error {
		_, err := s.MyRights("INBOX").Wait()
		_, getErr := s.GetACL("INBOX").Wait()
		return errors.Join(err, getErr, s.SetACL(s.name("Archive"), imap.RightsIdentifierAnyone, imap.RightModificationAdd, imap.RightSet("lr")).Wait())
	}},
	"quota": {methods: "GetQuota GetQuotaRoot", needs: imap.CapQuota, run: func(s *session) error {
		roots, err := s.GetQuotaRoot("INBOX").Wait()
		if err == nil && len(roots) > 0 {
			_, err = s.GetQuota(roots[0].Root).Wait()
		}
		return err
	}},
	"setting quota": {methods: "SetQuota", needs: imap.CapQuotaSet, run: func(s *session) error {
		if err := s.SetQuota("", map[imap.QuotaResourceType]int64{imap.QuotaResourceStorage: 1 << 20}).Wait(); err != nil {
			return err
		}
		data, err := s.GetQuota("").Wait()
		if err == nil {
			s.equal("STORAGE", data.Resources[imap.QuotaResourceStorage], imapclient.QuotaResourceData{Usage: 1, Limit: 1 << 20})
		}
		return err
	}},
	"metadata": {methods: "GetMetadata SetMetadata", needs: imap.CapMetadata, run: func(s *session) error {
		value := []byte("v")
		if err := s.SetMetadata("INBOX", map[string]*[]byte{"/private/comment": &value}).Wait(); err != nil {
			return err
		}
		size := uint32(1)
		data, err := s.GetMetadata("INBOX", []string{"/private"}, &imapclient.GetMetadataOptions{MaxSize: &size, Depth: imapclient.GetMetadataDepthInfinity}).Wait()
		if err == nil {
			s.equal("/private/comment", string(*data.Entries["/private/comment"]), "v")
		}
		return err
	}},
}

// useMailbox makes a mailbox, does with it what one does with a mailbox, and deletes it.
func (s *session) useMailbox(name string) error {
	err := errors.Join(s.Create(name, nil).Wait(), s.Subscribe(name).Wait())
	write := s.Append(name, 4, nil)
	_, writeErr := write.Write([]byte("\r\n\r\n"))
	closeErr := write.Close()
	_, copyErr := s.Copy(imap.SeqSetNum(2), name).Wait()
	status, statusErr := s.Status(name, &imap.StatusOptions{NumMessages: true}).Wait()
	list, listErr := s.List("", name, nil).Collect()
	selected, selectErr := s.Select(name, nil).Wait()
	_, backErr := s.Select("INBOX", nil).Wait()
	if err := errors.Join(err, writeErr, closeErr, copyErr, statusErr, listErr, selectErr, backErr); err != nil {
		return err
	}
	s.equal(name, []any{*status.NumMessages, selected.NumMessages, names(list)}, []any{uint32(2), uint32(2), []string{name}})
	s.equal(name+" is subscribed", s.srv.Store().Users()[0].Subscribed(name), true)
	if err := errors.Join(s.Rename(name, name+"é", nil).Wait(), s.Delete(name+"é").Wait()); err != nil {
		return err
	}
	s.refused(s.Delete(name).Wait(), "mailbox.missing", "DELETE", imap.ResponseCodeNonExistent)
	return nil
}

func names(list []*imap.ListData) []string {
	var out []string
	for _, data := range list {
		out = append(out, data.Mailbox)
	}
	slices.Sort(out)
	return out
}
