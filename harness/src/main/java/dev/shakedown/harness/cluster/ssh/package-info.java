/**
 * The provider {@code ssh}: hosts that the user's own OpenSSH reaches, one Ray node each. What is
 * done on a host is done there by one small Python program, so that no value of a scenario is ever
 * part of a shell line.
 */
@NullMarked
package dev.shakedown.harness.cluster.ssh;

import org.jspecify.annotations.NullMarked;
