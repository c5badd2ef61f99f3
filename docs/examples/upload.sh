#!/usr/bin/env bash
# Sign in, upload a photo, wait, fetch its thumbnail: EMAIL=… PASSWORD=… upload.sh PHOTO
set -euo pipefail
of() { python3 -c "import json,sys;print(json.load(open('amplify_outputs.json'))['$1']['$2'])"; }
export AWS_REGION="$(of auth aws_region)" AWS_DEFAULT_REGION="$(of auth aws_region)"
token=$(aws cognito-idp initiate-auth --no-sign-request --auth-flow USER_PASSWORD_AUTH \
  --client-id "$(of auth user_pool_client_id)" --query AuthenticationResult.IdToken --output text \
  --auth-parameters "$(python3 -c 'import json, os; print(json.dumps(
    {"USERNAME": os.environ["EMAIL"], "PASSWORD": os.environ["PASSWORD"]}))')")
logins="cognito-idp.$AWS_REGION.amazonaws.com/$(of auth user_pool_id)=$token"
me=$(aws cognito-identity get-id --no-sign-request --identity-pool-id "$(of auth identity_pool_id)" \
  --logins "$logins" --query IdentityId --output text)
read -r AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN < <(aws cognito-identity \
  get-credentials-for-identity --no-sign-request --identity-id "$me" --logins "$logins" \
  --query 'Credentials.[AccessKeyId,SecretKey,SessionToken]' --output text)
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN

key="users/$me/$(basename "$1")"
aws s3 cp --quiet "$1" "s3://$(of custom uploadsBucket)/$key"
image() { aws dynamodb get-item --table-name "$(of custom imagesTable)" --output text --query "$1" \
  --key "{\"identity_id\": {\"S\": \"$me\"}, \"image\": {\"S\": \"$key\"}}"; }
while [[ $(image Item.status.S) =~ ^(None|processing)$ ]]; do sleep 1; done
image 'Item.[status.S, message.S]'
made=$(image 'Item.renditions.M."thumbnail-240-webp".M.key.S')
[[ $made == None ]] || aws s3 cp --quiet "s3://$(of custom processedBucket)/$made" thumbnail.webp
