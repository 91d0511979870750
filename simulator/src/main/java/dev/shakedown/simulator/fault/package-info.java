/**
 * What is broken in a simulated cluster. A table names the faults, what each does and what it
 * leaves in the logs; the simulator's parts ask for what is done to them.
 */
@NullMarked
package dev.shakedown.simulator.fault;

import org.jspecify.annotations.NullMarked;
