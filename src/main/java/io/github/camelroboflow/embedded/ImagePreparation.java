package io.github.camelroboflow.embedded;

import io.github.camelroboflow.embedded.StaticCrop.Region;
import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Brings a decoded image into a network's input: crop, grayscale, contrast, resize, numbers (Roboflow inference, engine N). To be
 * called within a {@link org.bytedeco.javacpp.PointerScope}, which frees what it leaves behind.
 */
final class ImagePreparation {

    private final Preprocessing preprocessing;

    ImagePreparation(Preprocessing preprocessing) {
        this.preprocessing = preprocessing;
    }

    /** @param image three channels of bytes, blue first */
    Placement prepare(String name, Mat image, InferenceOptions options, InputPlanes input) {
        ImageSize size = new ImageSize(image.cols(), image.rows());
        StaticCrop staticCrop = options.disablePreprocStaticCrop() ? StaticCrop.NONE : preprocessing.staticCrop();
        Region crop = staticCrop.of(size);
        if (crop.width() < 1 || crop.height() < 1) {
            throw new InvalidImageException("Image '" + name + "' of " + size + " pixels is too small for the model's static crop");
        }
        Mat part = part(image, crop);
        if (preprocessing.grayscale() && !options.disablePreprocGrayscale()) {
            part = grayscale(part);
        }
        if (preprocessing.contrastStretching() && !options.disablePreprocContrast()) {
            part = ContrastStretching.apply(part);
        }
        Placement placement = Placement.of(preprocessing.resizeMode(), size, crop, input.size());
        write(resize(part, placement, input), placement, input);
        return placement;
    }

    private static Mat part(Mat image, Region region) {
        boolean whole = region.width() == image.cols() && region.height() == image.rows();
        return whole ? image : image.apply(new Rect(region.left(), region.top(), region.width(), region.height()));
    }

    private static Mat grayscale(Mat image) {
        Mat gray = new Mat();
        opencv_imgproc.cvtColor(image, gray, opencv_imgproc.COLOR_BGR2GRAY);
        Mat channels = new Mat();
        opencv_imgproc.cvtColor(gray, channels, opencv_imgproc.COLOR_GRAY2BGR);
        return channels;
    }

    private static Mat resize(Mat image, Placement placement, InputPlanes input) {
        if (image.cols() == placement.width() && image.rows() == placement.height()) {
            return image;
        }
        opencv_imgproc.resize(image, input.resized(), new Size(placement.width(), placement.height()), 0, 0,
                opencv_imgproc.INTER_LINEAR);
        return input.resized();
    }

    private void write(Mat image, Placement placement, InputPlanes input) {
        int left = Math.max(0, placement.padLeft());
        int top = Math.max(0, placement.padTop());
        int width = Math.min(image.cols(), input.size().width());
        int height = Math.min(image.rows(), input.size().height());
        Region shown = new Region(Math.max(0, -placement.padLeft()), Math.max(0, -placement.padTop()), width, height);
        Rect target = new Rect(left, top, width, height);
        boolean padded = width < input.size().width() || height < input.size().height();
        opencv_core.split(part(image, shown), input.channels());
        for (int i = 0; i < 3; i++) {
            double factor = preprocessing.scale().factors()[i];
            double offset = preprocessing.scale().offsets()[i];
            Mat plane = input.plane(i);
            if (padded) {
                plane.put(new Scalar(preprocessing.padding() * factor + offset));
            }
            Mat channel = input.channels().get(preprocessing.bgr() ? i : 2 - i);
            channel.convertTo(plane.apply(target), opencv_core.CV_32F, factor, offset);
        }
    }
}
