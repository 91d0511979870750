/**
 * What load to make and the engine that makes it: plans, arrival schedules, prompts and the
 * generator. One load plan in, one {@code LoadResult} out. Searches over plans and limits live in
 * the harness.
 */
@NullMarked
package dev.shakedown.workloads.load;

import org.jspecify.annotations.NullMarked;
