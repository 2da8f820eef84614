package mirror

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// session is one mailbox while both sides are made the same.
type session struct {
	*Mirror
	*conn
	name   string
	box    *box
	local  map[string]string // flags by file
	remote map[uint32]string // flags by UID
}

// upload appends the files that are new. The answer to an earlier APPEND may have been lost:
// what is there already is not sent again.
func (s *session) upload() error {
	known := make(map[string]bool)
	for _, m := range s.box.Messages {
		known[m.File] = true
	}
	for _, file := range slices.Sorted(maps.Keys(s.local)) {
		if known[file] {
			continue
		}
		if err := s.uploadOne(file, s.local[file]); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

func (s *session) uploadOne(file, flags string) error {
	raw, err := os.ReadFile(s.path(s.name, file, flags))
	if err != nil {
		return err
	}
	id := messageID(string(raw))
	if id == "" {
		return errors.New("a message without Message-ID cannot be told from another")
	}
	uid, found, err := s.find(id)
	if err != nil {
		return err
	}
	if !found {
		if err := s.append(raw, flags); err != nil {
			return err
		}
		if uid, found, err = s.find(id); err != nil {
			return err
		}
	}
	if !found {
		return errors.New("it was appended, and is not there")
	}
	if there, known := s.remote[uid]; known {
		// It was appended before, and may have been changed since.
		s.box.Messages[uid] = &message{File: file, Flags: there, ID: id}
		return s.renameTo(uid, merge(flags, flags, there))
	}
	s.box.Messages[uid], s.remote[uid] = &message{File: file, Flags: flags, ID: id}, flags
	return nil
}

// find looks for a message that is not yet mirrored.
func (s *session) find(id string) (uid uint32, found bool, err error) {
	uids, err := s.search("HEADER Message-ID " + quote("<"+id+">"))
	if err != nil {
		return 0, false, err
	}
	for _, uid := range uids {
		if s.box.Messages[uid] == nil {
			return uid, true, nil
		}
	}
	return 0, false, nil
}

// append appends a message.
func (s *session) append(raw []byte, flags string) error {
	command := fmt.Sprintf("APPEND %s %s {%d}", quote(s.name), flagList(flags), len(raw))
	tag, err := s.send(command)
	if err != nil {
		return err
	}
	switch _, err := s.answer(tag, command); {
	case err == nil:
		return errors.New(command + ": answered before the message was sent")
	case !errors.Is(err, errContinue):
		return err
	}
	if _, err := s.nc.Write(append(slices.Clip(raw), "\r\n"...)); err != nil {
		return err
	}
	_, err = s.answer(tag, command)
	return err
}

// download makes files of the messages that are new.
func (s *session) download() error {
	for _, uid := range slices.Sorted(maps.Keys(s.remote)) {
		if s.box.Messages[uid] != nil {
			continue
		}
		list, err := s.fetch(uidText(uid), "(FLAGS BODY.PEEK[])", "UID", "FLAGS", "BODY[]")
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(f fetched) bool { return f.uid == uid })
		if i < 0 {
			return fmt.Errorf("no message for UID %d: it is gone, or the answer is not whole", uid)
		}
		f := list[i]
		file := fmt.Sprintf("%d.%d", s.box.Validity, uid)
		if err := s.writeFile(s.path(s.name, file, f.flags), []byte(f.body)); err != nil {
			return err
		}
		s.box.Messages[uid] = &message{File: file, Flags: f.flags, ID: messageID(f.body)}
		s.local[file], s.remote[uid] = f.flags, f.flags
	}
	return nil
}

// removeLocal removes the files of messages that are gone.
func (s *session) removeLocal() error {
	for _, uid := range slices.Sorted(maps.Keys(s.box.Messages)) {
		msg := s.box.Messages[uid]
		if _, there := s.remote[uid]; there {
			continue
		}
		if flags, found := s.local[msg.File]; found {
			if err := os.Remove(s.path(s.name, msg.File, flags)); err != nil {
				return err
			}
			delete(s.local, msg.File)
		}
		delete(s.box.Messages, uid)
	}
	return nil
}

// removeRemote removes the messages of files that are gone, and no others.
func (s *session) removeRemote() error {
	var gone []string
	for _, uid := range slices.Sorted(maps.Keys(s.box.Messages)) {
		if _, found := s.local[s.box.Messages[uid].File]; !found {
			gone = append(gone, uidText(uid))
		}
	}
	if len(gone) == 0 {
		return nil
	}
	set := strings.Join(gone, ",")
	if _, err := s.do("UID STORE " + set + ` +FLAGS.SILENT (\Deleted)`); err != nil {
		return err
	}
	if err := s.expunge(set, gone); err != nil {
		return err
	}
	for _, uid := range uids(set) {
		delete(s.box.Messages, uid)
		delete(s.remote, uid)
	}
	return nil
}

// expunge removes messages. A server without UID EXPUNGE removes all that are \Deleted: those
// of others are unmarked as long. One that somebody marks in between goes as well: nothing
// can be done about that.
func (s *session) expunge(set string, ours []string) error {
	if s.canUIDExpunge() {
		_, err := s.do("UID EXPUNGE " + set)
		return err
	}
	deleted, err := s.search("DELETED")
	if err != nil {
		return err
	}
	var others []string
	for _, uid := range deleted {
		if text := uidText(uid); !slices.Contains(ours, text) {
			others = append(others, text)
		}
	}
	if len(others) == 0 {
		_, err = s.do("EXPUNGE")
		return err
	}
	theirs := strings.Join(others, ",")
	if _, err := s.do("UID STORE " + theirs + ` -FLAGS.SILENT (\Deleted)`); err != nil {
		return err
	}
	if _, err := s.do("EXPUNGE"); err != nil {
		return err
	}
	_, err = s.do("UID STORE " + theirs + ` +FLAGS.SILENT (\Deleted)`)
	return err
}

// flags makes the flags the same: what one side has changed the other gets.
func (s *session) flags() error {
	for _, uid := range slices.Sorted(maps.Keys(s.box.Messages)) {
		msg := s.box.Messages[uid]
		local, remote := s.local[msg.File], s.remote[uid]
		want := merge(msg.Flags, local, remote)
		if add := without(want, remote); add != "" {
			if _, err := s.do("UID STORE " + uidText(uid) + " +FLAGS.SILENT " + flagList(add)); err != nil {
				return err
			}
		}
		if remove := without(remote, want); remove != "" {
			if _, err := s.do("UID STORE " + uidText(uid) + " -FLAGS.SILENT " + flagList(remove)); err != nil {
				return err
			}
		}
		if err := s.renameTo(uid, want); err != nil {
			return err
		}
	}
	return nil
}

// renameTo gives a file its flags, which both sides have then.
func (s *session) renameTo(uid uint32, want string) error {
	msg := s.box.Messages[uid]
	if local := s.local[msg.File]; local != want {
		if err := os.Rename(s.path(s.name, msg.File, local), s.path(s.name, msg.File, want)); err != nil {
			return err
		}
		s.local[msg.File] = want
	}
	msg.Flags = want
	return nil
}
