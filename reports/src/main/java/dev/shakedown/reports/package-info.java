/** Entry points: from run directories to the files that people read. */
@NullMarked
package dev.shakedown.reports;

import org.jspecify.annotations.NullMarked;
