package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ImageSize;

/**
 * What an encoded image tells without being decoded.
 *
 * @param size  as it is stored, before any EXIF orientation; {@link ImageSize#UNKNOWN} if the file ends before telling
 * @param scans how often a decoder goes through all its pixels
 * @param state whether all of it is there and intact, as far as can be told
 */
record ImageHeader(ImageFormat format, ImageSize size, int scans, State state) {

    /** Of the file as a whole. */
    enum State { WHOLE, TRUNCATED, DAMAGED }
}
