package io.github.camelroboflow.annotate;

import io.github.camelroboflow.annotate.ClassList.Row;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.SemanticSegmentation.Plane;
import io.github.camelroboflow.inference.SemanticSegmentation;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.awt.Rectangle;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Covers the pixels of each class except the background with a translucent color, and draws their outline. The labels are a list of
 * the classes with their share of the image, since the confidence of a pixel says nothing about an image.
 */
final class SegmentationDrawing {

    private static final int IDS = 256;
    /** The largest distance of an outline from the pixels of the mask, in pixels of the mask. */
    private static final double TOLERANCE = 0.5;

    private SegmentationDrawing() {
    }

    static void draw(Canvas canvas, SemanticSegmentation segmentation) {
        Plane mask = segmentation.mask();
        if (mask.size().area() == 0) {
            return;
        }
        List<ClassScore> classes = segmentation.findings();
        classes.forEach(score -> draw(canvas, mask, score));
        if (canvas.labelled()) {
            long[] pixels = new long[IDS];
            for (byte id : mask.values()) {
                pixels[id & 0xff]++;
            }
            ClassList.legend(canvas, classes.stream()
                    .map(score -> new Row(score.className(), (double) pixels[score.classId()] / mask.size().area()))
                    .sorted(Comparator.comparingDouble(Row::share).reversed()).toList());
        }
    }

    private static void draw(Canvas canvas, Plane mask, ClassScore score) {
        ImageSize image = new ImageSize(canvas.size().width, canvas.size().height);
        double scale = Math.max(1, (double) image.width() / mask.size().width());
        Optional<Path2D.Double> outline = Outlines.of(mask.values(), mask.size(), score.classId(), image,
                Math.max(TOLERANCE * scale, canvas.stroke() / 4.0));
        if (outline.isPresent()) {
            canvas.area(outline.get(), canvas.color(score.className()));
            canvas.outline(outline.get(), canvas.color(score.className()));
        } else {
            pixels(canvas, mask, score);
        }
    }

    /** Covers the pixels of a class one by one. */
    private static void pixels(Canvas canvas, Plane mask, ClassScore score) {
        int width = mask.size().width();
        Raster raster = Raster.createInterleavedRaster(new DataBufferByte(mask.values(), mask.values().length), width,
                mask.size().height(), width, 1, new int[] {0}, null);
        int[] colors = new int[IDS];
        colors[score.classId()] = Canvas.translucent(canvas.color(score.className())).getRGB();
        BufferedImage overlay = new BufferedImage(width, mask.size().height(), BufferedImage.TYPE_BYTE_INDEXED,
                new IndexColorModel(8, IDS, colors, 0, true, -1, DataBuffer.TYPE_BYTE));
        overlay.setData(raster);
        canvas.overlay(overlay, new Rectangle(canvas.size()));
    }
}
