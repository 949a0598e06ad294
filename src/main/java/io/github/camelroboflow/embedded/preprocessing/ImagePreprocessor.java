package io.github.camelroboflow.embedded.preprocessing;

import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_CONTRAST;
import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_GRAYSCALE;
import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_STATIC_CROP;

import io.github.camelroboflow.embedded.image.ImageDecoder.DecodedImage;
import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.ResizeMode;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.StaticCrop;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.pixels.PixelMemory;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Turns a decoded image into a network's input: crop, grayscale, contrast, resize, normalization (Roboflow inference, engine N).
 * Call it within a {@link org.bytedeco.javacpp.PointerScope}, which frees the intermediate images.
 */
public final class ImagePreprocessor {

    /** The number of pixels, in each direction, that are left for one input pixel. With fewer, results change more. */
    private static final int REDUCED_PIXELS = 2;

    /** The number of rows that become gray in one step. */
    private static final int GRAY_ROWS = 64;

    private final Preprocessing preprocessing;
    private final ImageSize datasetSize;

    public ImagePreprocessor(Preprocessing preprocessing) {
        this(preprocessing, null);
    }

    private ImagePreprocessor(Preprocessing preprocessing, ImageSize datasetSize) {
        this.preprocessing = preprocessing;
        this.datasetSize = datasetSize;
    }

    /**
     * Returns a preprocessor for models whose images are stretched with an antialiasing filter, after a resize like that of their
     * dataset.
     *
     * @param datasetSize size of the resized images of the dataset; not used if they were stretched
     */
    public static ImagePreprocessor antialiased(Preprocessing preprocessing, ImageSize datasetSize) {
        return new ImagePreprocessor(preprocessing, datasetSize);
    }

    /**
     * Returns the factor by which a JPEG may be reduced while it is decoded: 1, 2, 4 or 8. The reduced image has at least twice as
     * many pixels in each direction as the network sees. The factor is 1 if a step before the resize selects or counts pixels.
     *
     * @param stored size of the image before its EXIF orientation
     * @param input  size of the network's input
     */
    public int reduction(ImageSize stored, InferenceOptions options, ImageSize input) {
        boolean contrast = preprocessing.contrast() != Contrast.NONE && !options.get(DISABLE_PREPROC_CONTRAST);
        if (!staticCrop(options).equals(StaticCrop.NONE) || contrast || preprocessing.resizeMode() == ResizeMode.COVER
                || preprocessing.resizeMode() == ResizeMode.MIDDLE) {
            return 1;
        }
        return JpegReduction.of(stored, reduced -> hasEnoughPixels(reduced, stored, input)
                && hasEnoughPixels(rotated(reduced), rotated(stored), input));
    }

    private boolean hasEnoughPixels(ImageSize reduced, ImageSize whole, ImageSize input) {
        Placement placement = placement(whole, new Region(0, 0, whole.width(), whole.height()), input);
        return reduced.width() >= REDUCED_PIXELS * placement.width() && reduced.height() >= REDUCED_PIXELS * placement.height();
    }

    private static ImageSize rotated(ImageSize size) {
        return new ImageSize(size.height(), size.width());
    }

    private StaticCrop staticCrop(InferenceOptions options) {
        return options.get(DISABLE_PREPROC_STATIC_CROP) ? StaticCrop.NONE : preprocessing.staticCrop();
    }

    /** Returns whether the resize of the dataset comes first. */
    private boolean resizesAsDataset() {
        return datasetSize != null && preprocessing.resizeMode() != ResizeMode.STRETCH;
    }

    private Placement placement(ImageSize size, Region crop, ImageSize input) {
        return Placement.of(preprocessing.resizeMode(), size, crop, resizesAsDataset() ? datasetSize : input);
    }

    /**
     * Returns the part of an image that is used.
     *
     * @throws InvalidImageException if that part has no pixel
     */
    public Region crop(String name, ImageSize image, InferenceOptions options) {
        Region crop = staticCrop(options).of(image);
        if (crop.width() < 1 || crop.height() < 1) {
            throw new InvalidImageException("Image '" + name + "' of " + image + " pixels is too small for the model's static"
                    + " crop");
        }
        return crop;
    }

    /**
     * Fills the network's input.
     *
     * @param memory memory for intermediate images of the image's size
     */
    public Placement prepare(String name, DecodedImage image, InferenceOptions options, InputPlanes input, PixelMemory memory) {
        ImageSize size = image.size();
        Region crop = crop(name, size, options);
        boolean cover = preprocessing.resizeMode() == ResizeMode.COVER;
        boolean middle = preprocessing.resizeMode() == ResizeMode.MIDDLE;
        Region seen = middle || cover && isSquare(input.size()) ? crop.middle(input.size()) : crop;
        Mat part = image.part(middle ? seen : crop);
        if (input.count() == 1 || preprocessing.grayscale() && !options.get(DISABLE_PREPROC_GRAYSCALE)) {
            part = grayscale(part, memory);
        }
        if (preprocessing.contrast() != Contrast.NONE && !options.get(DISABLE_PREPROC_CONTRAST)) {
            Mat target = memory.image(size(part));
            preprocessing.contrast().apply(part, target);
            part = target;
        }
        Placement placement = placement(size, seen, input.size());
        if (cover) {
            write(covering(part, input.size()), placement, input);
        } else if (datasetSize == null) {
            write(resize(part, placement, input), placement, input);
        } else {
            Mat plane = resizesAsDataset() ? padded(resize(part, placement, input), placement) : part;
            Region whole = new Region(0, 0, plane.cols(), plane.rows());
            write(AntialiasedResize.apply(plane, input.size()),
                    Placement.of(ResizeMode.STRETCH, size, whole, input.size()), input);
        }
        return placement;
    }

    /**
     * Scales the shorter side to the network's, and cuts out the middle; for a network that is not square, scales both sides
     * (Ultralytics, {@code classify_transforms}).
     */
    private static Mat covering(Mat image, ImageSize input) {
        if (!isSquare(input)) {
            return AntialiasedResize.apply(image, input);
        }
        int side = input.width();
        int shorter = Math.min(image.cols(), image.rows());
        ImageSize scaled = new ImageSize(Math.toIntExact((long) side * image.cols() / shorter),
                Math.toIntExact((long) side * image.rows() / shorter));
        return AntialiasedResize.apply(image, scaled, new Region((int) Math.rint((scaled.width() - side) / 2.0),
                (int) Math.rint((scaled.height() - side) / 2.0), side, side));
    }

    private static boolean isSquare(ImageSize size) {
        return size.width() == size.height();
    }

    /** Copies the resized image to a plane with padding. */
    private Mat padded(Mat image, Placement placement) {
        Mat plane = new Mat(placement.input().height(), placement.input().width(), opencv_core.CV_8UC3,
                Scalar.all(preprocessing.padding()));
        Visible visible = Visible.of(image, placement);
        part(image, visible.source()).copyTo(plane.apply(visible.target()));
        return plane;
    }

    /** The part of a resized image that lies in the input, and its place there. */
    private record Visible(Region source, Rect target) {

        static Visible of(Mat image, Placement placement) {
            int width = Math.min(image.cols(), placement.input().width());
            int height = Math.min(image.rows(), placement.input().height());
            return new Visible(new Region(Math.max(0, -placement.padLeft()), Math.max(0, -placement.padTop()), width, height),
                    new Rect(Math.max(0, placement.padLeft()), Math.max(0, placement.padTop()), width, height));
        }
    }

    private static Mat part(Mat image, Region region) {
        boolean whole = region.width() == image.cols() && region.height() == image.rows();
        return whole ? image : image.apply(new Rect(region.left(), region.top(), region.width(), region.height()));
    }

    private static ImageSize size(Mat image) {
        return new ImageSize(image.cols(), image.rows());
    }

    /** Converts some rows at a time, so that the single channel needs little memory. */
    private static Mat grayscale(Mat image, PixelMemory memory) {
        Mat channels = memory.image(size(image));
        Mat gray = new Mat();
        for (int top = 0; top < image.rows(); top += GRAY_ROWS) {
            int bottom = Math.min(image.rows(), top + GRAY_ROWS);
            opencv_imgproc.cvtColor(image.rowRange(top, bottom), gray, opencv_imgproc.COLOR_BGR2GRAY);
            opencv_imgproc.cvtColor(gray, channels.rowRange(top, bottom), opencv_imgproc.COLOR_GRAY2BGR);
        }
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
        Visible visible = Visible.of(image, placement);
        boolean padded = visible.source().width() < input.size().width() || visible.source().height() < input.size().height();
        opencv_core.split(part(image, visible.source()), input.channels());
        for (int i = 0; i < input.count(); i++) {
            double factor = preprocessing.scale().factors()[i];
            double offset = preprocessing.scale().offsets()[i];
            Mat plane = input.plane(i);
            if (padded) {
                plane.put(new Scalar(preprocessing.padding() * factor + offset));
            }
            Mat channel = input.channels().get(preprocessing.bgr() ? i : 2 - i);
            channel.convertTo(plane.apply(visible.target()), opencv_core.CV_32F, factor, offset);
        }
    }

    /** The reduction of a JPEG while it is decoded: the decoder computes less for each block of 8 by 8 pixels. */
    static final class JpegReduction {

        private JpegReduction() {
        }

        /**
         * Returns the greatest divisor of 8, 4 and 2 that leaves enough pixels and divides both sides, or 1. Otherwise the last
         * pixels would stand for fewer pixels than the others, and results would move.
         */
        static int of(ImageSize stored, Predicate<ImageSize> enough) {
            return IntStream.of(8, 4, 2).filter(n -> stored.width() % n == 0 && stored.height() % n == 0
                    && enough.test(new ImageSize(stored.width() / n, stored.height() / n))).findFirst().orElse(1);
        }
    }
}
