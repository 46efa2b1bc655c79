// Package railway holds the builtins that speak to Railway's public API: a
// client of our own for its GraphQL over HTTP and over graphql-transport-ws.
// Every operation is a text in operations.graphql.
//
// What a write does to a service is watched to its end: by asking now and
// then, and by subscriptions that only make it quicker. An answer of 200 says
// nothing here, and a write whose answer is lost is looked for before anything
// else happens.
package railway

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name: "railway",
		Doc: "Deployments on Railway, by its API; the railway program is not needed. The token is RAILWAY_TOKEN, a project's, which says the project and environment too; " +
			"else RAILWAY_API_TOKEN, an account's or workspace's, and then project: and environment:, or RAILWAY_PROJECT_ID and RAILWAY_ENVIRONMENT_ID, say which (a project with one environment needs no name for it). " +
			"RAILWAY_API_URL is another address of the API than https://backboard.railway.com/graphql/v2. " +
			"Where Railway's limit of requests is used up, a call waits as long as Railway asks, if its timeout leaves the time. " +
			"Railway's API runs no program inside a service: $ railway ssh does, and a pre-deploy command.",
		Funcs: []*builtins.Func{
			services, status, deployments, current, variables, logs, buildLogs, metrics, wait,
			deploy, redeploy, restart, rollback, setVariables, remove,
		},
	}}
}
