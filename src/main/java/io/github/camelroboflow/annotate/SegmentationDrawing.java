package io.github.camelroboflow.annotate;

import io.github.camelroboflow.inference.ClassScore;
import io.github.camelroboflow.inference.SemanticSegmentation;
import io.github.camelroboflow.inference.SemanticSegmentation.Plane;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** Lays translucent colours over the pixels of each class but the background; labels are the list of the classes. */
final class SegmentationDrawing {

    private static final int IDS = 256;
    private static final byte HALF = (byte) 128;

    private SegmentationDrawing() {
    }

    static void draw(Canvas canvas, SemanticSegmentation segmentation) {
        Plane mask = segmentation.mask();
        if (mask.size().area() > 0) {
            int width = mask.size().width();
            Raster raster = Raster.createInterleavedRaster(new DataBufferByte(mask.values(), mask.values().length), width,
                    mask.size().height(), width, 1, new int[] {0}, null);
            BufferedImage overlay = new BufferedImage(width, mask.size().height(), BufferedImage.TYPE_BYTE_INDEXED,
                    colors(canvas, segmentation));
            overlay.setData(raster);
            canvas.overlay(overlay);
        }
        if (canvas.labelled()) {
            ClassificationDrawing.list(canvas, segmentation.findings());
        }
    }

    /** By class id; ids that are no class, or the background, are transparent. */
    private static IndexColorModel colors(Canvas canvas, SemanticSegmentation segmentation) {
        byte[] red = new byte[IDS];
        byte[] green = new byte[IDS];
        byte[] blue = new byte[IDS];
        byte[] alpha = new byte[IDS];
        for (ClassScore score : segmentation.findings()) {
            Color color = canvas.color(score.className(), score.classId());
            red[score.classId()] = (byte) color.getRed();
            green[score.classId()] = (byte) color.getGreen();
            blue[score.classId()] = (byte) color.getBlue();
            alpha[score.classId()] = HALF;
        }
        return new IndexColorModel(8, IDS, red, green, blue, alpha);
    }
}
