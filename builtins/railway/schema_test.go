package railway

import (
	"os"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/railway/standin"
)

func schemaOf(t *testing.T, name, text string) *ast.Schema {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: name, Input: text})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// valid reports every operation that a schema doesn't have.
func valid(t *testing.T, schema *ast.Schema) {
	t.Helper()
	if len(operations()) < 20 {
		t.Fatalf("there are %d operations, want all of them", len(operations()))
	}
	for name, text := range operations() {
		document, errs := gqlparser.LoadQueryWithRules(schema, text, nil)
		if len(errs) > 0 {
			t.Errorf("%s: %v", name, errs)
			continue
		}
		if len(document.Operations) != 1 || document.Operations[0].Name != name {
			t.Errorf("%s is not one operation of that name", name)
		}
	}
}

func TestOperationsFitThePartOfTheSchema(t *testing.T) {
	valid(t, schemaOf(t, "schema.graphql", standin.Schema))
}

// The part has no words of Railway's, and nothing that Railway's schema has
// otherwise; the operations fit that as well.
func TestThePartIsRailways(t *testing.T) {
	text, err := os.ReadFile(hostile.Real(t, "DRL_TEST_RAILWAY_SCHEMA"))
	if err != nil {
		t.Fatal(err)
	}
	whole, part := schemaOf(t, "whole.graphql", string(text)), schemaOf(t, "schema.graphql", standin.Schema)
	valid(t, whole)
	compared := 0
	for name, ours := range part.Types {
		if ours.BuiltIn {
			continue
		}
		theirs := whole.Types[name]
		if theirs == nil || theirs.Kind != ours.Kind {
			t.Errorf("%s %s is not Railway's", ours.Kind, name)
			continue
		}
		told := map[string]string{}
		described := func(what, text string) {
			if text = strings.TrimSpace(text); text != "" {
				told[text] = what
			}
		}
		described(name, theirs.Description)
		for _, field := range ours.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			compared++
			other := theirs.Fields.ForName(field.Name)
			if other == nil {
				t.Errorf("%s.%s is not Railway's", name, field.Name)
				continue
			}
			described(name+"."+field.Name, other.Description)
			if field.Type.String() != other.Type.String() || valueOf(field.DefaultValue) != valueOf(other.DefaultValue) {
				t.Errorf("%s.%s is %s, Railway's is %s", name, field.Name, field.Type, other.Type)
			}
			for _, argument := range field.Arguments {
				if a := other.Arguments.ForName(argument.Name); a == nil || a.Type.String() != argument.Type.String() || valueOf(a.DefaultValue) != valueOf(argument.DefaultValue) {
					t.Errorf("%s.%s(%s) is not Railway's", name, field.Name, argument.Name)
				}
			}
			for _, argument := range other.Arguments {
				if argument.Type.NonNull && argument.DefaultValue == nil && field.Arguments.ForName(argument.Name) == nil {
					t.Errorf("%s.%s lacks %s, which Railway's wants", name, field.Name, argument.Name)
				}
			}
			if what := told[strings.TrimSpace(field.Description)]; what != "" {
				t.Errorf("%s.%s is described in Railway's words", name, field.Name)
			}
		}
		if ours.Kind == ast.InputObject {
			for _, field := range theirs.Fields {
				if field.Type.NonNull && field.DefaultValue == nil && ours.Fields.ForName(field.Name) == nil {
					t.Errorf("%s lacks %s, which Railway's wants", name, field.Name)
				}
			}
		}
		for _, v := range ours.EnumValues {
			compared++
			if theirs.EnumValues.ForName(v.Name) == nil {
				t.Errorf("%s.%s is not Railway's", name, v.Name)
			}
		}
		if what := told[strings.TrimSpace(ours.Description)]; what != "" {
			t.Errorf("%s is described in Railway's words", name)
		}
	}
	if compared < 100 {
		t.Errorf("compared %d fields and values, want all", compared)
	}
	statuses := func(s *ast.Schema) int { return len(s.Types["DeploymentStatus"].EnumValues) }
	if statuses(part) != statuses(whole) {
		t.Errorf("there are %d statuses of a deployment, Railway has %d", statuses(part), statuses(whole))
	}
}

func valueOf(v *ast.Value) string {
	if v == nil {
		return ""
	}
	return v.String()
}

// The examples of Railway's own documentation are wrong in these.
func TestWhatTheSchemaRefuses(t *testing.T) {
	schema := schemaOf(t, "schema.graphql", standin.Schema)
	for _, text := range []string{
		`mutation ($id: String!) { deploymentRollback(id: $id) { id status } }`,
		`query ($id: String!) { deployment(id: $id) { id state } }`,
		`mutation { deploymentRollback }`,
	} {
		if _, errs := gqlparser.LoadQueryWithRules(schema, text, nil); len(errs) == 0 {
			t.Errorf("%s is allowed", text)
		}
	}
}
