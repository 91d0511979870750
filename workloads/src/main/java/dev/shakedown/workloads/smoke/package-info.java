/**
 * The Monte-Carlo-Pi smoke job: the Python program that Ray runs, the lines it prints, and the
 * check that every GPU worked. Submitting it is the harness's part.
 */
@NullMarked
package dev.shakedown.workloads.smoke;

import org.jspecify.annotations.NullMarked;
