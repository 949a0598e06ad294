/** The inbox folder. Images are renamed into work, and from there into done or failed. They return after a crash or an outage. */
package io.github.camelroboflow.delivery.folder;
