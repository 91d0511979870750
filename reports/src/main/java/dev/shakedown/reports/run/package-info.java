/**
 * The run directory as data: {@code run.json} and the files beside it, read and written. What a run
 * means is decided before it gets here; nothing here knows Ray or vLLM.
 */
@NullMarked
package dev.shakedown.reports.run;

import org.jspecify.annotations.NullMarked;
