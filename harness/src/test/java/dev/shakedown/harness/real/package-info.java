/**
 * The main job on real Ray and real vLLM, from the command line as a user has it. Tests of single
 * classes on real servers stay beside those classes.
 */
package dev.shakedown.harness.real;
