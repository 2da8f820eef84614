package txtar

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// FS is the archive as a file system. A name that is no path, or that two files have,
// or a file and a folder, is an error. The archive must not be modified afterwards.
func FS(a *Archive) (fs.FS, error) {
	fsys := fileSystem{".": &node{name: ".", dir: true}}
	for _, file := range a.Files {
		if !fs.ValidPath(file.Name) || file.Name == "." {
			return nil, fmt.Errorf("%q is not the path of a file", file.Name)
		}
		if err := fsys.add(file.Name, &node{data: file.Data}); err != nil {
			return nil, err
		}
	}
	for _, n := range fsys {
		slices.SortFunc(n.entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
	return fsys, nil
}

// fileSystem has all files and folders by path.
type fileSystem map[string]*node

// add puts a node into its folder, which is made if it is not there.
func (fsys fileSystem) add(file string, n *node) error {
	if fsys[file] != nil {
		return fmt.Errorf("%q is there twice", file)
	}
	n.name = path.Base(file)
	fsys[file] = n
	dir := path.Dir(file)
	if fsys[dir] == nil {
		if err := fsys.add(dir, &node{dir: true}); err != nil {
			return err
		}
	}
	parent := fsys[dir]
	if !parent.dir {
		return fmt.Errorf("%q is a file, and the folder of %q", dir, file)
	}
	parent.entries = append(parent.entries, n)
	return nil
}

func (fsys fileSystem) find(op, name string) (*node, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	n := fsys[name]
	if n == nil {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return n, nil
}

// Open opens a file or a folder.
func (fsys fileSystem) Open(name string) (fs.File, error) {
	n, err := fsys.find("open", name)
	if err != nil {
		return nil, err
	}
	if n.dir {
		return &openDir{node: n, path: name}, nil
	}
	return &openFile{Reader: bytes.NewReader(n.data), node: n}, nil
}

// ReadFile gives a copy of a file: see [fs.ReadFileFS].
func (fsys fileSystem) ReadFile(name string) ([]byte, error) {
	n, err := fsys.find("open", name)
	if err != nil {
		return nil, err
	}
	if n.dir {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrInvalid}
	}
	return bytes.Clone(n.data), nil
}

// node is a file or a folder, and what is known of it.
type node struct {
	name    string
	dir     bool
	data    []byte        // of a file
	entries []fs.DirEntry // of a folder, by name
}

func (n *node) Name() string               { return n.name }
func (n *node) Size() int64                { return int64(len(n.data)) }
func (n *node) ModTime() time.Time         { return time.Time{} }
func (n *node) IsDir() bool                { return n.dir }
func (n *node) Sys() any                   { return nil }
func (n *node) Type() fs.FileMode          { return n.Mode().Type() }
func (n *node) Info() (fs.FileInfo, error) { return n, nil }
func (n *node) String() string             { return fs.FormatDirEntry(n) }

// Mode is that of what can be read only.
func (n *node) Mode() fs.FileMode {
	if n.dir {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

// openFile is a file that is being read.
type openFile struct {
	*bytes.Reader
	node *node
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.node, nil }
func (f *openFile) Close() error               { return nil }

// openDir is a folder that is being listed.
type openDir struct {
	node *node
	path string
	next int // entries that have been listed
}

func (d *openDir) Stat() (fs.FileInfo, error) { return d.node, nil }
func (d *openDir) Close() error               { return nil }

func (d *openDir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.path, Err: fs.ErrInvalid}
}

// ReadDir lists up to n entries more, all if n is not above 0: see [fs.ReadDirFile].
func (d *openDir) ReadDir(n int) ([]fs.DirEntry, error) {
	rest := d.node.entries[d.next:]
	if n <= 0 {
		n = len(rest)
	} else if len(rest) == 0 {
		return nil, io.EOF
	}
	rest = rest[:min(n, len(rest))]
	d.next += len(rest)
	return slices.Clone(rest), nil
}
