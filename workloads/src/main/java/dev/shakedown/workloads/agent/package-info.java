/**
 * A load that runs in a process of its own, on a node of the cluster: what it is told, and the
 * lines by which it tells what came of it. Both sides are of the same build.
 */
@NullMarked
package dev.shakedown.workloads.agent;

import org.jspecify.annotations.NullMarked;
