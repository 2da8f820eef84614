package surface

import (
	"go/ast"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Leaks are the exported functions, methods, fields, variables and aliases that
// show a type of an internal package, which no user can name. A type that is
// defined from one shows nothing of it.
func (p *Package) Leaks() []string {
	var out []string
	for _, file := range p.files {
		internal := internalImports(file)
		for _, decl := range file.Decls {
			for _, shown := range shownTypes(decl) {
				if name := mentioned(shown.typ, internal); name != "" {
					out = append(out, shown.by+" shows "+name)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// shownType is what an exported name shows.
type shownType struct {
	by  string
	typ ast.Node
}

func shownTypes(decl ast.Decl) []shownType {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		return shownByFunc(decl)
	case *ast.GenDecl:
		var out []shownType
		for _, spec := range decl.Specs {
			out = append(out, shownBySpec(spec)...)
		}
		return out
	}
	return nil
}

func shownByFunc(decl *ast.FuncDecl) []shownType {
	if !decl.Name.IsExported() {
		return nil
	}
	name := decl.Name.Name
	if decl.Recv != nil {
		receiver := receiverName(decl.Recv.List[0].Type)
		if !ast.IsExported(receiver) {
			return nil
		}
		name = receiver + "." + name
	}
	return []shownType{{name, decl.Type}}
}

func receiverName(typ ast.Expr) string {
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if ident, ok := typ.(*ast.Ident); ok {
		return ident.Name
	}
	return ""
}

func shownBySpec(spec ast.Spec) []shownType {
	switch spec := spec.(type) {
	case *ast.ValueSpec:
		if spec.Type != nil && spec.Names[0].IsExported() {
			return []shownType{{spec.Names[0].Name, spec.Type}}
		}
	case *ast.TypeSpec:
		if spec.Name.IsExported() {
			return shownByType(spec)
		}
	}
	return nil
}

func shownByType(spec *ast.TypeSpec) []shownType {
	name := spec.Name.Name
	var list *ast.FieldList
	switch typ := spec.Type.(type) {
	case *ast.StructType:
		list = typ.Fields
	case *ast.InterfaceType:
		list = typ.Methods
	case *ast.SelectorExpr:
		if !spec.Assign.IsValid() {
			return nil // defined from it
		}
		return []shownType{{name, typ}}
	default:
		return []shownType{{name, typ}}
	}
	var out []shownType
	for _, field := range list.List {
		if len(field.Names) == 0 {
			out = append(out, shownType{name, field.Type}) // embedded
		}
		for _, ident := range field.Names {
			if ident.IsExported() {
				out = append(out, shownType{name + "." + ident.Name, field.Type})
			}
		}
	}
	return out
}

// internalImports are the names under which a file knows internal packages.
func internalImports(file *ast.File) map[string]bool {
	out := make(map[string]bool)
	for _, spec := range file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		if !strings.Contains(imported, "/internal/") {
			continue
		}
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		out[name] = true
	}
	return out
}

// mentioned is the first type of one of the packages in a type, "" if there is
// none.
func mentioned(typ ast.Node, packages map[string]bool) string {
	found := ""
	ast.Inspect(typ, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && found == "" {
			if x, ok := sel.X.(*ast.Ident); ok && packages[x.Name] {
				found = x.Name + "." + sel.Sel.Name
			}
		}
		return found == ""
	})
	return found
}
