// Package surface lists the exported names of a package, so that a test can say
// how many there are: what is public is what users must find their way in.
package surface

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// Package is a package as it is written, without its tests.
type Package struct {
	files []*ast.File
	doc   *doc.Package
}

// Parse reads the Go files of a folder.
func Parse(dir string) (*Package, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	p, fset := &Package{}, token.NewFileSet()
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			return nil, err
		}
		p.files = append(p.files, file)
	}
	p.doc, err = doc.NewFromFiles(fset, slices.Clone(p.files), dir, doc.PreserveAST)
	return p, err
}

// Names are all exported names: functions, constants, variables, types, and as
// Type.Name methods, fields of structs and methods of interfaces.
func (p *Package) Names() []string {
	out := slices.Concat(funcs("", p.doc.Funcs), values(p.doc.Consts), values(p.doc.Vars))
	for _, t := range p.doc.Types {
		out = append(out, t.Name)
		out = slices.Concat(out, funcs("", t.Funcs), funcs(t.Name+".", t.Methods), values(t.Consts), values(t.Vars), members(t))
	}
	slices.Sort(out)
	return out
}

func funcs(prefix string, list []*doc.Func) []string {
	var out []string
	for _, f := range list {
		out = append(out, prefix+f.Name)
	}
	return out
}

func values(list []*doc.Value) []string {
	var out []string
	for _, v := range list {
		out = append(out, slices.DeleteFunc(slices.Clone(v.Names), func(name string) bool { return !ast.IsExported(name) })...)
	}
	return out
}

// members are the fields of a struct and the methods of an interface.
func members(t *doc.Type) []string {
	var out []string
	for _, spec := range t.Decl.Specs {
		for _, name := range fieldNames(spec.(*ast.TypeSpec).Type) {
			if name.IsExported() {
				out = append(out, t.Name+"."+name.Name)
			}
		}
	}
	return out
}

func fieldNames(typ ast.Expr) []*ast.Ident {
	var list *ast.FieldList
	switch typ := typ.(type) {
	case *ast.StructType:
		list = typ.Fields
	case *ast.InterfaceType:
		list = typ.Methods
	default:
		return nil
	}
	var out []*ast.Ident
	for _, field := range list.List {
		out = append(out, field.Names...)
	}
	return out
}
