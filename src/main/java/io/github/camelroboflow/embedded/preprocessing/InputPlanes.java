package io.github.camelroboflow.embedded.preprocessing;

import io.github.camelroboflow.inference.geometry.ImageSize;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;

/**
 * A network's input as images of floats, one for each channel, so that OpenCV can write into it. Also holds the intermediate
 * images, so that they are allocated once.
 */
public final class InputPlanes implements AutoCloseable {

    private final ImageSize size;
    private final FloatPointer memory;
    private final List<Mat> planes;
    private final Mat resized = new Mat();
    private final MatVector channels = new MatVector(3);

    /**
     * @param values memory for the planes, outside the Java heap; must outlive this object
     * @param count  number of planes: 3 for colours, 1 for gray
     * @param size   size of each plane
     */
    public InputPlanes(FloatBuffer values, int count, ImageSize size) {
        this.size = size;
        memory = new FloatPointer(values);
        planes = IntStream.range(0, count).mapToObj(i -> new Mat(size.height(), size.width(), opencv_core.CV_32FC1,
                memory.getPointer(i * size.area()))).toList();
    }

    ImageSize size() {
        return size;
    }

    /** Returns the number of planes: 3 for colours, 1 for gray. */
    int count() {
        return planes.size();
    }

    /** Returns the plane of a channel, in the network's order. */
    Mat plane(int channel) {
        return planes.get(channel);
    }

    /** Returns the intermediate image of the network's size, as bytes. */
    Mat resized() {
        return resized;
    }

    /** Returns the intermediate channels of that image. */
    MatVector channels() {
        return channels;
    }

    @Override
    public void close() {
        planes.forEach(Mat::close);
        resized.close();
        channels.close();
        memory.close();
    }
}
