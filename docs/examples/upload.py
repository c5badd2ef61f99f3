"""Sign in, upload a photo, wait, fetch its thumbnail: EMAIL=… PASSWORD=… upload.py PHOTO"""

import json
import os
import sys
import time

import boto3
from botocore import UNSIGNED
from botocore.config import Config

with open("amplify_outputs.json") as file:
    outputs = json.load(file)
auth, here, region = outputs["auth"], outputs["custom"], outputs["auth"]["aws_region"]
photo, nobody = sys.argv[1], {"region_name": region, "config": Config(signature_version=UNSIGNED)}

tokens = boto3.client("cognito-idp", **nobody).initiate_auth(
    ClientId=auth["user_pool_client_id"],
    AuthFlow="USER_PASSWORD_AUTH",
    AuthParameters={"USERNAME": os.environ["EMAIL"], "PASSWORD": os.environ["PASSWORD"]},
)["AuthenticationResult"]
logins = {f"cognito-idp.{region}.amazonaws.com/{auth['user_pool_id']}": tokens["IdToken"]}
pool = boto3.client("cognito-identity", **nobody)
me = pool.get_id(IdentityPoolId=auth["identity_pool_id"], Logins=logins)["IdentityId"]
keys = pool.get_credentials_for_identity(IdentityId=me, Logins=logins)["Credentials"]
session = boto3.Session(keys["AccessKeyId"], keys["SecretKey"], keys["SessionToken"], region)

s3, images = session.client("s3"), session.resource("dynamodb").Table(here["imagesTable"])
key = f"users/{me}/{os.path.basename(photo)}"
s3.upload_file(photo, here["uploadsBucket"], key)
image = {"status": "processing"}
while image["status"] == "processing":
    time.sleep(1)
    image = images.get_item(Key={"identity_id": me, "image": key}).get("Item", image)
print(image["status"], image.get("message", ""))
if image["status"] == "processed":
    made = image["renditions"]["thumbnail-240-webp"]["key"]
    s3.download_file(here["processedBucket"], made, "thumbnail.webp")
