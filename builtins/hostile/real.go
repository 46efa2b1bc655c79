package hostile

import (
	"os"
	"testing"
)

// Real is where a real server of the world is: the value of variable, one of
// DRL_TEST_POSTGRES, DRL_TEST_MYSQL, DRL_TEST_DOCKER, DRL_TEST_COMPOSE,
// DRL_TEST_STACK, DRL_TEST_RABBITMQ, DRL_TEST_AMQP, DRL_TEST_REDIS,
// DRL_TEST_PROMETHEUS, DRL_TEST_SMTP, DRL_TEST_MAILBOX, DRL_TEST_VECTORS and
// DRL_TEST_RAILWAY_SCHEMA, which .ci/servers sets. A test whose server isn't
// there is skipped; .ci/run counts such a test as failed where it has started
// that server.
func Real(t testing.TB, variable string) string {
	t.Helper()
	at := os.Getenv(variable)
	if at == "" {
		t.Skipf("set %s: `.ci/servers start DIR` starts the server and writes DIR/env", variable)
	}
	return at
}
