/**
 * Files that a load is made from: recorded requests and prompts, in the formats that others
 * publish. What is wrong in one is told with its line and column. What is done with them is the
 * load's.
 */
@NullMarked
package dev.shakedown.workloads.dataset;

import org.jspecify.annotations.NullMarked;
