/** A client for the REST API of Ray's dashboard, tolerant of fields that other versions lack. */
@NullMarked
package dev.shakedown.harness.cluster.ray;

import org.jspecify.annotations.NullMarked;
