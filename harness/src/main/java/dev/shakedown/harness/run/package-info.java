/** The main job: the list of steps, the run directory, validity and verdict. */
@NullMarked
package dev.shakedown.harness.run;

import org.jspecify.annotations.NullMarked;
