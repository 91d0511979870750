package dev.shakedown.reports.chart;

import java.awt.Color;
import java.awt.Composite;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics;
import java.awt.GraphicsConfiguration;
import java.awt.Image;
import java.awt.Paint;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.font.FontRenderContext;
import java.awt.font.GlyphVector;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.awt.image.BufferedImageOp;
import java.awt.image.ImageObserver;
import java.awt.image.RenderedImage;
import java.awt.image.renderable.RenderableImage;
import java.text.AttributedCharacterIterator;
import java.util.Map;
import org.jfree.svg.SVGGraphics2D;

/** JFreeSVG's canvas, except that text is measured by {@link PlainFont}'s table. */
final class MeasuredGraphics extends DelegatingGraphics {

    MeasuredGraphics(SVGGraphics2D svg) {
        super(svg);
    }

    @Override
    public Graphics create() {
        return new MeasuredGraphics((SVGGraphics2D) svg.create());
    }

    @Override
    public FontMetrics getFontMetrics(Font font) {
        return PlainFont.of(font).metrics();
    }

    @Override
    public void draw(Shape a) {
        svg.draw(a);
    }

    @Override
    public boolean drawImage(Image a, AffineTransform b, ImageObserver c) {
        return svg.drawImage(a, b, c);
    }

    @Override
    public void drawImage(BufferedImage a, BufferedImageOp b, int c, int d) {
        svg.drawImage(a, b, c, d);
    }

    @Override
    public void drawRenderedImage(RenderedImage a, AffineTransform b) {
        svg.drawRenderedImage(a, b);
    }

    @Override
    public void drawRenderableImage(RenderableImage a, AffineTransform b) {
        svg.drawRenderableImage(a, b);
    }

    @Override
    public void drawString(String a, int b, int c) {
        svg.drawString(a, b, c);
    }

    @Override
    public void drawString(String a, float b, float c) {
        svg.drawString(a, b, c);
    }

    @Override
    public void drawString(AttributedCharacterIterator a, int b, int c) {
        svg.drawString(a, b, c);
    }

    @Override
    public void drawString(AttributedCharacterIterator a, float b, float c) {
        svg.drawString(a, b, c);
    }

    @Override
    public void drawGlyphVector(GlyphVector a, float b, float c) {
        svg.drawGlyphVector(a, b, c);
    }

    @Override
    public void fill(Shape a) {
        svg.fill(a);
    }

    @Override
    public boolean hit(Rectangle a, Shape b, boolean c) {
        return svg.hit(a, b, c);
    }

    @Override
    public GraphicsConfiguration getDeviceConfiguration() {
        return svg.getDeviceConfiguration();
    }

    @Override
    public void setComposite(Composite a) {
        svg.setComposite(a);
    }

    @Override
    public void setPaint(Paint a) {
        svg.setPaint(a);
    }

    @Override
    public void setStroke(Stroke a) {
        svg.setStroke(a);
    }

    @Override
    public void setRenderingHint(RenderingHints.Key a, Object b) {
        svg.setRenderingHint(a, b);
    }

    @Override
    public Object getRenderingHint(RenderingHints.Key a) {
        return svg.getRenderingHint(a);
    }

    @Override
    public void setRenderingHints(Map<?, ?> a) {
        svg.setRenderingHints(a);
    }

    @Override
    public void addRenderingHints(Map<?, ?> a) {
        svg.addRenderingHints(a);
    }

    @Override
    public RenderingHints getRenderingHints() {
        return svg.getRenderingHints();
    }

    @Override
    public void translate(int a, int b) {
        svg.translate(a, b);
    }

    @Override
    public void translate(double a, double b) {
        svg.translate(a, b);
    }

    @Override
    public void rotate(double a) {
        svg.rotate(a);
    }

    @Override
    public void rotate(double a, double b, double c) {
        svg.rotate(a, b, c);
    }

    @Override
    public void scale(double a, double b) {
        svg.scale(a, b);
    }

    @Override
    public void shear(double a, double b) {
        svg.shear(a, b);
    }

    @Override
    public void transform(AffineTransform a) {
        svg.transform(a);
    }

    @Override
    public void setTransform(AffineTransform a) {
        svg.setTransform(a);
    }

    @Override
    public AffineTransform getTransform() {
        return svg.getTransform();
    }

    @Override
    public Paint getPaint() {
        return svg.getPaint();
    }

    @Override
    public Composite getComposite() {
        return svg.getComposite();
    }

    @Override
    public void setBackground(Color a) {
        svg.setBackground(a);
    }

    @Override
    public Color getBackground() {
        return svg.getBackground();
    }

    @Override
    public Stroke getStroke() {
        return svg.getStroke();
    }

    @Override
    public void clip(Shape a) {
        svg.clip(a);
    }

    @Override
    public FontRenderContext getFontRenderContext() {
        return svg.getFontRenderContext();
    }
}
