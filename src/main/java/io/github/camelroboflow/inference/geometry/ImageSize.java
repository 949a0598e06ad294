package io.github.camelroboflow.inference.geometry;

/** The width and height in pixels of the image after its EXIF orientation was applied. Zero if a result has no size. */
public record ImageSize(int width, int height) {

    public static final ImageSize UNKNOWN = new ImageSize(0, 0);

    public ImageSize {
        if (width < 0 || height < 0) {
            throw new IllegalArgumentException("an image can't be " + width + " x " + height);
        }
    }

    /** Returns the number of pixels. */
    public long area() {
        return (long) width * height;
    }

    @Override
    public String toString() {
        return width + " x " + height;
    }
}
