/**
 * The index of runs, and what people have decided about them. Derived from run directories, except
 * for the decisions, which have a file of their own beside them. Neither makes runs nor judges
 * them.
 */
@NullMarked
package dev.shakedown.harness.history;

import org.jspecify.annotations.NullMarked;
