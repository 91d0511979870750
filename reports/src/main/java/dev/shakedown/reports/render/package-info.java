/**
 * Renderers: pure functions from a report's model to HTML, Markdown, JUnit XML and terminal text.
 */
@NullMarked
package dev.shakedown.reports.render;

import org.jspecify.annotations.NullMarked;
