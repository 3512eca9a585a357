//! How a finished clip leaves this machine: inside the answer, to a presigned URL, to S3, or onto a network volume.
