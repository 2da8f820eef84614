// Package txtar reads and writes txtar archives: files as text, each behind a line
// with its name. The format is that of golang.org/x/tools/txtar, which is not used
// because a user of this module would download all of x/tools for it.
//
//	A comment.
//	-- INBOX/welcome.eml --
//	Subject: Welcome
//
//	Hello.
//
// A line that begins with "-- " and ends in " --", with a name between them, begins a
// file. Any text is an archive.
package txtar

import (
	"bytes"
	"os"
)

// Archive is a list of files.
type Archive struct {
	Comment []byte // what stands before the first file
	Files   []File
}

// File is a file of an archive.
type File struct {
	Name string // a path with slashes
	Data []byte
}

// ParseFile reads the archive in a file.
func ParseFile(file string) (*Archive, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return Parse(data), nil
}

// Parse reads an archive. Comment and files share the memory of data, but for one that
// is given the LF that its last line lacks.
func Parse(data []byte) *Archive {
	a := &Archive{}
	begin, offset := 0, 0
	end := func(at int) {
		part := withLF(data[begin:at:at])
		if n := len(a.Files); n > 0 {
			a.Files[n-1].Data = part
		} else {
			a.Comment = part
		}
	}
	for line := range bytes.Lines(data) {
		name := markerName(line)
		if name != "" {
			end(offset)
			a.Files = append(a.Files, File{Name: name})
			begin = offset + len(line)
		}
		offset += len(line)
	}
	end(len(data))
	return a
}

// markerName is the name in a line that begins a file, "" in any other line.
func markerName(line []byte) string {
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	rest, begins := bytes.CutPrefix(line, []byte("-- "))
	name, ends := bytes.CutSuffix(rest, []byte(" --"))
	if !begins || !ends {
		return ""
	}
	return string(bytes.TrimSpace(name))
}

// withLF ends the last line.
func withLF(text []byte) []byte {
	if len(text) == 0 || bytes.HasSuffix(text, []byte("\n")) {
		return text
	}
	return append(text[:len(text):len(text)], '\n')
}

// Format is the text of an archive. No line of a comment or a file may be one that
// begins a file, and every file has a name.
func Format(a *Archive) []byte {
	out := bytes.Clone(withLF(a.Comment))
	for _, file := range a.Files {
		out = append(append(append(out, "-- "...), file.Name...), " --\n"...)
		out = append(out, withLF(file.Data)...)
	}
	return out
}
