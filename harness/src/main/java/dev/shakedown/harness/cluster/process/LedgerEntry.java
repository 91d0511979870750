package dev.shakedown.harness.cluster.process;

/**
 * A process that a run started as the leader of a session and process group of its own, so that
 * both have the number {@code leader.pid()}.
 *
 * @param what its name in messages
 */
record LedgerEntry(String what, ProcessId leader) {}
