package dev.shakedown.reports.chart;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.Rectangle;
import java.awt.Shape;
import java.awt.image.ImageObserver;
import org.jfree.svg.SVGGraphics2D;

/**
 * The part of {@link Graphics2D} that comes from {@code Graphics}, passed on to JFreeSVG. A base
 * class because {@code SVGGraphics2D} is final and the two halves are too long for one file.
 */
abstract class DelegatingGraphics extends Graphics2D {
    protected final SVGGraphics2D svg;

    DelegatingGraphics(SVGGraphics2D svg) {
        this.svg = svg;
    }

    @Override
    public Color getColor() {
        return svg.getColor();
    }

    @Override
    public void setColor(Color a) {
        svg.setColor(a);
    }

    @Override
    public void setPaintMode() {
        svg.setPaintMode();
    }

    @Override
    public void setXORMode(Color a) {
        svg.setXORMode(a);
    }

    @Override
    public Font getFont() {
        return svg.getFont();
    }

    @Override
    public void setFont(Font a) {
        svg.setFont(PlainFont.of(a));
    }

    @Override
    public Rectangle getClipBounds() {
        return svg.getClipBounds();
    }

    @Override
    public void clipRect(int a, int b, int c, int d) {
        svg.clipRect(a, b, c, d);
    }

    @Override
    public void setClip(int a, int b, int c, int d) {
        svg.setClip(a, b, c, d);
    }

    @Override
    public Shape getClip() {
        return svg.getClip();
    }

    @Override
    public void setClip(Shape a) {
        svg.setClip(a);
    }

    @Override
    public void copyArea(int a, int b, int c, int d, int e, int f) {
        svg.copyArea(a, b, c, d, e, f);
    }

    @Override
    public void drawLine(int a, int b, int c, int d) {
        svg.drawLine(a, b, c, d);
    }

    @Override
    public void fillRect(int a, int b, int c, int d) {
        svg.fillRect(a, b, c, d);
    }

    @Override
    public void clearRect(int a, int b, int c, int d) {
        svg.clearRect(a, b, c, d);
    }

    @Override
    public void drawRoundRect(int a, int b, int c, int d, int e, int f) {
        svg.drawRoundRect(a, b, c, d, e, f);
    }

    @Override
    public void fillRoundRect(int a, int b, int c, int d, int e, int f) {
        svg.fillRoundRect(a, b, c, d, e, f);
    }

    @Override
    public void drawOval(int a, int b, int c, int d) {
        svg.drawOval(a, b, c, d);
    }

    @Override
    public void fillOval(int a, int b, int c, int d) {
        svg.fillOval(a, b, c, d);
    }

    @Override
    public void drawArc(int a, int b, int c, int d, int e, int f) {
        svg.drawArc(a, b, c, d, e, f);
    }

    @Override
    public void fillArc(int a, int b, int c, int d, int e, int f) {
        svg.fillArc(a, b, c, d, e, f);
    }

    @Override
    public void drawPolyline(int[] a, int[] b, int c) {
        svg.drawPolyline(a, b, c);
    }

    @Override
    public void drawPolygon(int[] a, int[] b, int c) {
        svg.drawPolygon(a, b, c);
    }

    @Override
    public void fillPolygon(int[] a, int[] b, int c) {
        svg.fillPolygon(a, b, c);
    }

    @Override
    public boolean drawImage(Image a, int b, int c, ImageObserver d) {
        return svg.drawImage(a, b, c, d);
    }

    @Override
    public boolean drawImage(Image a, int b, int c, int d, int e, ImageObserver f) {
        return svg.drawImage(a, b, c, d, e, f);
    }

    @Override
    public boolean drawImage(Image a, int b, int c, Color d, ImageObserver e) {
        return svg.drawImage(a, b, c, d, e);
    }

    @Override
    public boolean drawImage(Image a, int b, int c, int d, int e, Color f, ImageObserver g) {
        return svg.drawImage(a, b, c, d, e, f, g);
    }

    @Override
    public boolean drawImage(
            Image a, int b, int c, int d, int e, int f, int g, int h, int i, ImageObserver j) {
        return svg.drawImage(a, b, c, d, e, f, g, h, i, j);
    }

    @Override
    public boolean drawImage(
            Image a,
            int b,
            int c,
            int d,
            int e,
            int f,
            int g,
            int h,
            int i,
            Color j,
            ImageObserver k) {
        return svg.drawImage(a, b, c, d, e, f, g, h, i, j, k);
    }

    @Override
    public void dispose() {
        svg.dispose();
    }
}
