package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ImageSize;

/**
 * What an encoded image tells without being decoded.
 *
 * @param size  as it is stored, before any EXIF orientation; {@link ImageSize#UNKNOWN} if the file ends before telling
 * @param whole whether it has its end
 */
record ImageHeader(ImageFormat format, ImageSize size, boolean whole) {
}
