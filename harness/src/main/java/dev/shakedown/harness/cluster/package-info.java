/**
 * Where nodes come from: one provider per way of starting them, the processes they start, and the
 * ledger by which they are ended. Engine, smoke job and load are shared and live elsewhere.
 */
@NullMarked
package dev.shakedown.harness.cluster;

import org.jspecify.annotations.NullMarked;
