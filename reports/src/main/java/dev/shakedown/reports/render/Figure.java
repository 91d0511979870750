package dev.shakedown.reports.render;

/**
 * A chart with the table of what it shows.
 *
 * @param caption how to read it, in a sentence or two
 * @param svg markup made by the chart package; the only text that a renderer does not escape
 */
public record Figure(String title, String caption, String svg, Table table) {}
