package standin

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
)

// body is a request of GraphQL.
type body struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables"`
	Name      string         `json:"operationName"`
}

// answer is what comes back.
type answer struct {
	Data   any       `json:"data"`
	Errors []problem `json:"errors,omitempty"`
}

type problem struct {
	Message    string            `json:"message"`
	Extensions map[string]string `json:"extensions"`
	TraceID    string            `json:"traceId"`
}

func failure(message, code string) answer {
	return answer{Errors: []problem{{message, map[string]string{"code": code}, "498867609512240188"}}}
}

const internal = "INTERNAL_SERVER_ERROR" // of what isn't authorized and isn't there, too

// ServeHTTP answers operations, and websockets at the same address.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		s.socket(w, r)
		return
	}
	var b body
	if r.Method != http.MethodPost || json.NewDecoder(r.Body).Decode(&b) != nil {
		text(w, http.StatusMethodNotAllowed, "<h1>POST a query</h1>")
		return
	}
	// As the network in front does, it counts those apart that say what they ask.
	if r.URL.Query().Get("query") != b.Name {
		text(w, http.StatusTooManyRequests, page)
		return
	}
	s.mu.Lock()
	if wait := s.over(); wait > 0 {
		limit := s.limit
		s.mu.Unlock()
		tooMany(w, limit, wait)
		return
	}
	f := s.wrong(b.Name, Lost, Ignored, BadGate, CutOff, Flood, Slowly, Trouble, Forbidden, False, Repeated)
	if f == Flood || f == Slowly {
		s.mu.Unlock()
		instead(w, f)
		return
	}
	operation, refused := s.prepare(r.Header, b, false)
	switch f {
	case BadGate, Trouble:
		s.mu.Unlock()
		instead(w, f)
		return
	case Ignored:
		s.mu.Unlock()
		<-r.Context().Done()
		return
	}
	status, result := http.StatusBadRequest, refused
	if operation != nil {
		status, result = http.StatusOK, s.execute(operation, f)
	}
	s.mu.Unlock()
	switch f {
	case Lost:
		<-r.Context().Done()
		return
	case CutOff:
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(result)
}

// operation is one that fits the schema, of somebody.
type operation struct {
	*ast.OperationDefinition
	fragments ast.FragmentDefinitionList
	variables map[string]any
	header    http.Header
}

// prepare reads and validates an operation and its variables. The caller
// holds the lock.
func (s *Server) prepare(header http.Header, b body, socket bool) (*operation, answer) {
	document, ok := s.documents[b.Query]
	if !ok {
		var errs gqlerror.List
		if document, errs = gqlparser.LoadQueryWithRules(loaded(), b.Query, nil); len(errs) > 0 {
			return nil, failure("Problem processing request", "GRAPHQL_VALIDATION_FAILED")
		}
		s.documents[b.Query] = document
	}
	o := document.Operations.ForName(b.Name)
	if o == nil {
		return nil, failure("Problem processing request", "GRAPHQL_VALIDATION_FAILED")
	}
	variables, err := validator.VariableValues(loaded(), o, b.Variables)
	if err != nil {
		return nil, failure("Problem processing request", "GRAPHQL_VALIDATION_FAILED")
	}
	s.asked = append(s.asked, Asked{o.Name, variables, token(header), socket})
	return &operation{o, document.Fragments, variables, header}, answer{}
}

func token(header http.Header) string {
	if t := header.Get("Project-Access-Token"); t != "" {
		return t
	}
	return strings.TrimPrefix(header.Get("Authorization"), "Bearer ")
}

// who tells whose token a request has. Each kind has its header.
func who(header http.Header) (account bool, refused string) {
	switch project, bearer := header.Get("Project-Access-Token"), header.Get("Authorization"); {
	case project == ProjectToken:
		return false, ""
	case project != "", bearer == "Bearer "+ProjectToken:
		return false, "Project Token not found"
	case bearer == "Bearer "+AccountToken:
		return true, ""
	}
	return false, "Not Authorized"
}
