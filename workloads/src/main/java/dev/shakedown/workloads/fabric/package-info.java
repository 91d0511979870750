/**
 * The fabric job: the Python program that Ray runs, the lines it prints, and what they prove about
 * TCP and all-reduce between the nodes. Submitting it is the harness's part.
 */
@NullMarked
package dev.shakedown.workloads.fabric;

import org.jspecify.annotations.NullMarked;
